import { type LogImage, LogImageBuilder, type StorageOperation } from '@quorate/core'

/** A log store's content, without the count of its openings: that is a replica's own affair. */
export const emptyDisk: LogImage = {
  incarnation: 0,
  hardState: undefined,
  base: undefined,
  entries: [],
  ballots: new Map(),
}

/** What a disk holds after `operations`, by the one definition of what each of them means. */
export function writeTo(disk: LogImage, operations: readonly StorageOperation[]): LogImage {
  const builder = new LogImageBuilder()
  const { base, hardState, entries, ballots } = disk
  if (base !== undefined) builder.apply({ type: 'installSnapshot', meta: base })
  for (const entry of entries) {
    const ballot = ballots.get(entry.index)
    if (ballot === undefined) builder.apply({ type: 'append', entries: [entry] })
    else builder.apply({ type: 'accept', ballot, entries: [entry] })
  }
  if (hardState !== undefined) builder.apply({ type: 'setHardState', bytes: hardState })
  for (const operation of operations) builder.apply(operation)
  return builder.image(0)
}
