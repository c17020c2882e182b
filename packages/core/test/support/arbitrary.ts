import fc from 'fast-check'
import type { Entry, EntryKind, Membership, QuorumSystem, RequestId } from '../../src/index.ts'
import { majorityOf, makeEntry } from '../../src/index.ts'

const node = fc.integer({ min: 1, max: 9 })

const voters = fc.uniqueArray(node, { maxLength: 7 }).map((nodes) => nodes.toSorted((a, b) => a - b))

const majority: fc.Arbitrary<QuorumSystem> = voters.map((all) => ({ type: 'majority', voters: all }))

/** Majorities and joint systems of them, one or two levels deep. Some majorities are empty. */
export const quorumSystem: fc.Arbitrary<QuorumSystem> = fc.letrec<{
  system: QuorumSystem
  joint: QuorumSystem
}>((tie) => ({
  system: fc.oneof({ maxDepth: 2 }, majority, tie('joint')),
  joint: fc.record(
    { type: fc.constant('joint' as const), old: tie('system'), next: tie('system') },
    { noNullPrototype: true },
  ),
})).system

/** A quorum system of replicas 1 to 9, and observers from 10 on. */
export const membership: fc.Arbitrary<Membership> = fc.record(
  {
    quorums: quorumSystem,
    observers: fc
      .uniqueArray(fc.integer({ min: 10, max: 2 ** 32 - 1 }), { maxLength: 4 })
      .map((nodes) => majorityOf([], nodes).observers),
  },
  { noNullPrototype: true },
)

const kind = fc.constantFrom<EntryKind>('command', 'noop', 'membership')
const request: fc.Arbitrary<RequestId | undefined> = fc.option(
  fc.record(
    { replica: fc.integer({ min: 1, max: 2 ** 32 - 1 }), sequence: fc.maxSafeNat() },
    { noNullPrototype: true },
  ),
  { nil: undefined },
)

/** An entry that has not been encoded, with data in a larger buffer. */
export const entry: fc.Arbitrary<Entry> = fc
  .tuple(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeNat(), kind, request, fc.uint8Array({ maxLength: 40 }))
  .map(([index, epoch, time, ofKind, from, bytes]) => {
    const origin = new Uint8Array(bytes.length + 7)
    origin.set(bytes, 3)
    return makeEntry(index, epoch, time, ofKind, from, origin.subarray(3, 3 + bytes.length))
  })

/** Bytes that may be anything, among them good encodings with some bytes changed, cut off or added. */
export function nearly(good: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
  const changed = fc
    .tuple(good, fc.array(change, { maxLength: 3 }), fc.nat(), fc.boolean())
    .map(([bytes, changes, cut, isCut]) => {
      const copy = bytes.slice(0, isCut ? cut % (bytes.length + 1) : bytes.length)
      for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value
      return copy
    })
  return fc.oneof(fc.uint8Array({ maxLength: 80 }), changed)
}
