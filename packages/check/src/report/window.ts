import type { Operation } from '../history/operation.ts'

/** So many operations are drawn of one part. */
const mostShown = 160

/** Of these, so many that were called before what it is about. */
const before = 110

/**
 * The operations around those of interest, in order of their calls. The ones of interest are always among them, however
 * far apart they are.
 */
export function windowAround<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  interest: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  const byCall = operations.toSorted((a, b) => a.call - b.call)
  if (byCall.length <= mostShown) return byCall
  const wanted = new Set(interest)
  const places = byCall.flatMap((operation, place) => (wanted.has(operation) ? [place] : []))
  const center = places.at(-1) ?? 0
  const start = Math.max(0, Math.min(center - before, byCall.length - mostShown))
  const far = places.filter((place) => place < start).map((place) => byCall[place]!)
  return [...far, ...byCall.slice(start, start + mostShown)]
}
