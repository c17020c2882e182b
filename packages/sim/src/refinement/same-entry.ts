import { blankEntry, type Entry, equalBytes } from '@quorate/core'

/** Are they the same value for the same slot? Cheap where they are one object. */
export function sameEntry(a: Entry, b: Entry): boolean {
  if (a === b) return true
  return (
    a.index === b.index &&
    a.epoch === b.epoch &&
    a.kind === b.kind &&
    a.time === b.time &&
    a.request?.replica === b.request?.replica &&
    a.request?.sequence === b.request?.sequence &&
    equalBytes(a.data, b.data)
  )
}

/** Is that value what a replica holds? A witness holds a command's place, without the command. */
export function isHeldAs(value: Entry, held: Entry): boolean {
  return sameEntry(value, held) || (held.kind === 'blank' && sameEntry(blankEntry(value), held))
}

/** The value in few words: for messages. */
export function describeEntry({ index, epoch, kind, request }: Entry): string {
  const of = request === undefined ? '' : ` of request ${request.replica}:${request.sequence}`
  return `the ${kind}${of} with epoch ${epoch} at ${index}`
}
