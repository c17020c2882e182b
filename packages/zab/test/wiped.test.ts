import { type NodeId, majorityOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { encodeHardState } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

// A voter that has lost its disk. ZooKeeper guards an empty disk by the file `initialize` (trustEmptyDB); here such a
// replica does not come back under its id: see README, and decision 12.

/** Three voters and a spare, led by 3. `x` is committed on 2 and 3; 1 is behind, and 3 loses its disk. */
function wiped(): Ensemble {
  const ensemble = new Ensemble(3, {}, { membership: majorityOf([1, 2, 3]), spares: [4] })
  expect(ensemble.elect()).toBe(3)
  ensemble.isolate(1)
  ensemble.propose(3, 'x')
  ensemble.settle()
  expect(ensemble.observe(2).commitIndex).toBe(1)
  ensemble.crash(3)
  wipe(ensemble, 3)
  return ensemble
}

function wipe(ensemble: Ensemble, id: NodeId): void {
  const { durable } = ensemble.node(id)
  durable.apply({ type: 'truncateAfter', index: 0 })
  durable.apply({ type: 'setHardState', bytes: encodeHardState({ acceptedEpoch: 0, currentEpoch: 0 }) })
}

/** 2, which has x, takes 4 in instead of 3. */
function replace(ensemble: Ensemble): void {
  ensemble.rejoin(1)
  expect(ensemble.elect()).toBe(2)
  const sequence = ensemble.reconfigure(2, majorityOf([1, 2, 4]))
  ensemble.run(2_000)
  expect(ensemble.node(2).replies).toContainEqual({ type: 'done', sequence })
}

describe('a voter that has lost its disk', () => {
  test('under its own id helps to elect a leader without what it had acknowledged: so it must not come back', () => {
    const ensemble = wiped()
    ensemble.crash(2)
    ensemble.start(3)
    const comeTogether = (): void => {
      ensemble.rejoin(1)
      ensemble.run(1_000)
    }
    expect(comeTogether).toThrow('LeaderLogCompleteness')
  })

  test('is replaced by one with a new id, which has everything before it votes', () => {
    const ensemble = wiped()
    replace(ensemble)
    ensemble.crash(2)
    ensemble.run(500)
    const leader = [1, 4].find((id) => ensemble.observe(id).established)
    expect(leader).toBeDefined()
    for (const id of [1, 4]) expect(ensemble.applied(id)).toContain('x')
  })

  test('and once it is, no vote of its old id counts, even if somebody starts it', () => {
    const ensemble = wiped()
    replace(ensemble)
    ensemble.crash(2)
    ensemble.crash(4)
    ensemble.start(3)
    ensemble.run(5_000)
    for (const id of [1, 3]) expect(ensemble.observe(id).established).toBe(false)
    ensemble.start(2)
    ensemble.run(1_000)
    expect(ensemble.observe(2).established).toBe(true)
    expect(ensemble.observe(3).role).not.toBe('leader')
    expect(ensemble.state(2).leadership!.learners.map(({ node }) => node)).toEqual([1])
  })

  test('cannot be replaced while nobody who has what it had is there: waiting loses nothing', () => {
    const ensemble = wiped()
    ensemble.crash(2)
    ensemble.rejoin(1)
    ensemble.run(10_000)
    expect(ensemble.observe(1)).toMatchObject({ established: false, phase: 'LOOKING' })
    ensemble.start(2)
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.applied(1)).toEqual(['x'])
  })
})
