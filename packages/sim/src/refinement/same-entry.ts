import { blankEntry, type Entry, sameEntry } from '@quorate/core'

/** Is that value what a replica holds? A witness holds a command's place, without the command. */
export function isHeldAs(value: Entry, held: Entry): boolean {
  return sameEntry(value, held) || (held.kind === 'blank' && sameEntry(blankEntry(value), held))
}

/** The value in few words: for messages. */
export function describeEntry({ index, epoch, kind, request }: Entry): string {
  const of = request === undefined ? '' : ` of request ${request.replica}:${request.sequence}`
  return `the ${kind}${of} with epoch ${epoch} at ${index}`
}
