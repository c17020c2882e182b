import { checkDelta, raft, validate } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { EngineModel } from '../../src/explore/engine-model/engine-model.ts'
import type { ClusterState } from '../../src/explore/engine-model/cluster-state.ts'
import type { EngineScope } from '../../src/explore/engine-model/scope.ts'
import { exploreEngine } from '../../src/explore/explore-engine.ts'
import type { StateModel } from '../../src/explore/model/state-model.ts'
import { exploreModel } from '../../src/explore/search/explore-model.ts'

const engine = raft({ preVote: false, checkQuorum: false })
const checks = { validate, checkDelta }

const scopes: readonly (readonly [string, EngineScope])[] = [
  ['an election with crashes', { replicas: 3, crashes: 1, timeouts: { election: 1 } }],
  ['proposals', { replicas: 3, proposals: 1, timeouts: { election: 1 }, writes: 'choice' }],
  ['reads, anywhere', { replicas: 3, reads: 1, timeouts: { election: 1 }, clients: 'all' }],
  ['links in order, cut', { replicas: 3, cuts: 1, timeouts: { election: 1 }, links: 'fifo' }],
  ['5 replicas', { replicas: 5, timeouts: { election: 1 }, maxEpoch: 1 }],
]

describe('symmetry', () => {
  it.each(scopes)('counts as many states as there are orbits: %s', (_, scope) => {
    const model = new EngineModel(engine, scope, { rules: checks, symmetry: true })
    const orbits = new Set<string>()
    const note = (state: ClusterState): boolean => orbits.add(model.representative(state).join()).size > 0
    const watching = { name: 'watched', kind: 'always', holds: note } as const
    const plain = exploreModel<ClusterState, number>({ ...plainly(model), properties: [watching] })
    const reduced = exploreEngine({ ...scope, engine, checks, symmetry: true })
    expect(plain.end).toBe('exhausted')
    expect(reduced).toMatchObject({ verdict: 'holds', distinct: orbits.size })
    const orders = scope.replicas === 5 ? 120 : 6
    expect(plain.distinct).toBeGreaterThan(reduced.distinct)
    expect(plain.distinct).toBeLessThanOrEqual(orders * reduced.distinct)
  })

  it.each([{ countSelfVoteBeforeDurable: true }, { persistNoVote: true }, { ackBeforeDurable: true }])(
    'finds what is found without it, in as few steps: %j',
    (unsafe) => {
      const broken = raft({ preVote: false, checkQuorum: false, unsafe })
      const options = { engine: broken, checks, replicas: 3, crashes: 1, timeouts: { election: 2 } }
      const plain = exploreEngine(options)
      const reduced = exploreEngine({ ...options, symmetry: true })
      expect(reduced.verdict).toBe('violated')
      expect(reduced.depth).toBe(plain.depth)
      expect(reduced.counterexample!.invariant).toBe(plain.counterexample!.invariant)
      expect(reduced.distinct).toBeLessThan(plain.distinct)
    },
  )

  it('is refused for Zab, whose elections go by id where votes are equal', () => {
    expect(() => exploreEngine({ engine: zab(), replicas: 3, symmetry: true })).toThrow(
      'symmetry cannot be used with zab: its replicas are not interchangeable',
    )
  })
})

/** A model as plain functions, so that some can be replaced. */
function plainly(model: EngineModel): Omit<StateModel<ClusterState, number>, 'properties'> {
  return {
    initialStates: () => model.initialStates(),
    actions: (state) => model.actions(state),
    next: (state, action) => model.next(state, action),
    encode: (state, into) => model.encode(state, into),
    packing: model.packing,
  }
}
