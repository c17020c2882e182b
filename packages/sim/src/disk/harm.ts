/**
 * What was done to bytes that should be on a disk.
 * - `rot`: a bit flipped.
 * - `overwritten`: a write that was meant for somewhere else landed on them.
 * - `astray`: their own write landed somewhere else.
 * - `lost`: a sync said that they were durable, and they were not when the power failed.
 */
export type HarmCause = 'rot' | 'overwritten' | 'astray' | 'lost'

/** A range of a file whose durable bytes are not those that were written. */
export interface Harm {
  readonly cause: HarmCause
  readonly offset: number
  readonly length: number
}

/** What is left of harms when the bytes `from … to` are written anew: a harm that is wholly inside is healed. */
export function healed(harms: readonly Harm[], from: number, to: number): Harm[] {
  return harms.filter(({ offset, length }) => offset < from || offset + length > to)
}
