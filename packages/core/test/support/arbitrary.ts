import fc from 'fast-check'
import type { Configuration, Entry, EntryKind, Membership, QuorumSystem, RequestId } from '../../src/index.ts'
import {
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  makeEntry,
  membershipOf,
  votersIn,
  weightedOf,
} from '../../src/index.ts'

const node = fc.integer({ min: 1, max: 9 })

const voters = fc.uniqueArray(node, { maxLength: 7 }).map((nodes) => nodes.toSorted((a, b) => a - b))

const majority: fc.Arbitrary<QuorumSystem> = voters.map((all) => ({ type: 'majority', voters: all }))

/** At least one voter weighs something. */
const weighted: fc.Arbitrary<QuorumSystem> = fc
  .uniqueArray(fc.record({ node, weight: fc.nat({ max: 4 }) }), {
    minLength: 1,
    maxLength: 7,
    selector: (voter) => voter.node,
  })
  .filter((weights) => weights.some(({ weight }) => weight > 0))
  .map((weights) => weightedOf(weights).quorums)

const hierarchical: fc.Arbitrary<QuorumSystem> = fc
  .uniqueArray(fc.record({ node, weight: fc.nat({ max: 3 }), group: fc.nat({ max: 3 }) }), {
    minLength: 1,
    maxLength: 8,
    selector: (voter) => voter.node,
  })
  .filter((weights) => weights.some(({ weight }) => weight > 0))
  .map((weights) => {
    const groups = [0, 1, 2, 3].map((at) => weights.filter(({ group }) => group === at))
    return hierarchicalOf(groups.filter((group) => group.length > 0)).quorums
  })

const grid: fc.Arbitrary<QuorumSystem> = fc
  .record({
    nodes: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9 }),
    height: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ nodes, height, width }) => {
    const rows = Array.from({ length: height }, (_, i) => nodes.slice(i * width, (i + 1) * width))
    return gridOf(rows).quorums
  })

const flexible: fc.Arbitrary<QuorumSystem> = fc
  .record({ all: fc.uniqueArray(node, { minLength: 1, maxLength: 7 }), a: fc.nat(), b: fc.nat() })
  .map(({ all, a, b }) => {
    const election = 1 + (a % all.length)
    const replication = all.length - election + 1 + (b % election)
    return flexibleOf(all, { election, replication }).quorums
  })

/** Systems of one kind, whose election quorums meet their replication quorums. Some majorities are empty. */
export const simpleSystem: fc.Arbitrary<QuorumSystem> = fc.oneof(
  majority,
  weighted,
  hierarchical,
  grid,
  flexible,
)

/** Every kind of system, and joint systems of them, one or two levels deep. */
export const quorumSystem: fc.Arbitrary<QuorumSystem> = fc.letrec<{
  system: QuorumSystem
  joint: QuorumSystem
}>((tie) => ({
  system: fc.oneof({ maxDepth: 2 }, simpleSystem, tie('joint')),
  joint: fc.record(
    { type: fc.constant('joint' as const), old: tie('system'), next: tie('system') },
    { noNullPrototype: true },
  ),
})).system

const observers = fc
  .uniqueArray(fc.integer({ min: 10, max: 2 ** 32 - 1 }), { maxLength: 4 })
  .map((nodes) => majorityOf([], nodes).observers)

/** A quorum system of replicas 1 to 9, some of them witnesses, and observers from 10 on. */
const configuration: fc.Arbitrary<Configuration> = fc
  .tuple(quorumSystem, observers, fc.array(fc.boolean(), { maxLength: 9 }))
  .map(([quorums, others, flags]) => {
    const voters = votersIn(quorums)
    const witnesses = voters.filter((voter) => flags[voter] === true)
    return membershipOf(quorums, others, witnesses.length < voters.length ? witnesses : [])
  })

/** What is in force, often with something that is pending, or with who is to observe behind joint quorums. */
export const membership: fc.Arbitrary<Membership> = fc
  .tuple(
    configuration,
    fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), configuration), {
      maxLength: 3,
      selector: ([from]) => from,
    }),
    fc.option(observers, { nil: undefined }),
  )
  .map(([now, later, nextObservers]) => {
    const pending = later.toSorted(([a], [b]) => a - b).map(([from, next]) => ({ from, membership: next }))
    return {
      ...now,
      ...(later.length > 0 && { pending }),
      ...(now.quorums.type === 'joint' && nextObservers !== undefined && { nextObservers }),
    }
  })

const kind = fc.constantFrom<EntryKind>('command', 'noop', 'membership', 'blank')
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
