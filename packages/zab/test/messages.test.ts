import { majorityOf, makeEntry, membersOf, noBytes } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ZabMessage, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

const { shapes } = zab()
const types = Object.keys(shapes)

/** Values that no peer should send in these fields, among some that it might. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 4 }) },
  fc.constantFrom(
    -1,
    0.5,
    NaN,
    Infinity,
    null,
    undefined,
    'LEADING',
    'LOOKING',
    true,
    false,
    [],
    [1],
    [1, 2],
    {},
  ),
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 3 }))
    .map(([index, epoch]) => [makeEntry(index, epoch, 0, 'command', undefined, noBytes)]),
  fc.constant([
    makeEntry(2, 1, 0, 'command', undefined, noBytes),
    makeEntry(1, 1, 0, 'noop', undefined, noBytes),
  ]),
  fc.constant([Uint8Array.of(1)]),
)

/** A message of some type, its fields filled with anything; `connection` and `epoch` are made to fit now and then. */
const message: fc.Arbitrary<{ message: ZabMessage; fits: boolean }> = fc
  .tuple(fc.constantFrom(...types, 'NONSENSE'), fc.array(value, { minLength: 8, maxLength: 8 }), fc.boolean())
  .map(([type, values, fits]) => {
    const fields = (shapes[type] ?? []).map((name, i) => [name, values[i]])
    return { message: { type, ...Object.fromEntries(fields) } as ZabMessage, fits }
  })

describe('messages', () => {
  test('every type has its fields as data', () => {
    expect(types).toHaveLength(26)
    expect(shapes['PROPOSAL']).toEqual(['connection', 'epoch', 'entries'])
    expect(shapes['NOTIFICATION']).toEqual([
      'state',
      'round',
      'leader',
      'epoch',
      'zxidEpoch',
      'zxidIndex',
      'config',
    ])
  })

  test('what is sent has exactly the fields of its shape', () => {
    const ensemble = new Ensemble(3, { compactionTail: 0 })
    const seen = new Set<string>()
    ensemble.filter = ({ message: sent }) => {
      const { type, ...fields } = sent
      expect(Object.keys(fields).sort()).toEqual([...shapes[type]!].sort())
      seen.add(type)
      return true
    }
    for (const flight of ensemble.inFlight) ensemble.filter(flight)
    ensemble.elect()
    ensemble.propose(1, 'x')
    ensemble.read(1)
    ensemble.settle()
    ensemble.isolate(1)
    ensemble.propose(3, 'y')
    ensemble.settle()
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    ensemble.run(500)
    expect(seen.size).toBeGreaterThan(14)
  })

  test.each([
    ['voters', majorityOf([1, 2, 3])],
    ['voters, and observers that they feed', majorityOf([1, 2, 3], [4, 5])],
  ])('anything may come from a peer, among %s: nothing throws', (_, membership) => {
    const members = membersOf(membership)
    const peers = fc.constantFrom(...members, 6)
    fc.assert(
      fc.property(fc.array(fc.tuple(peers, peers, message), { maxLength: 30 }), (list) => {
        const ensemble = new Ensemble(members.length, { followersFeedObservers: true }, { membership })
        ensemble.invariants.checkActions = false
        ensemble.elect()
        ensemble.run(30)
        ensemble.propose(3, 'x')
        ensemble.settle()
        for (const [from, to, { message: sent, fits }] of list) {
          if (!members.includes(to) || from === to) continue
          const { connection, epoch } = fitting(ensemble, from, to)
          const given = fits ? { ...sent, connection, ...('epoch' in sent ? { epoch } : {}) } : sent
          // Epochs and commits that were never there can break what holds between replicas, but not a replica.
          ensemble.invariants.off = true
          ensemble.node(to).step({ type: 'receive', from, message: given as ZabMessage }, ensemble.now())
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** The connection and epoch that `to` expects of `from`. */
function fitting(ensemble: Ensemble, from: number, to: number): { connection: number; epoch: number } {
  const { following, leadership } = ensemble.state(to)
  const serving = leadership ?? following?.relay
  const learner = serving?.learners.find(({ node }) => node === from)
  return {
    connection: learner?.connection ?? following?.connection ?? 0,
    epoch: following?.epoch ?? leadership?.epoch ?? 0,
  }
}
