import { describe, expect, test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'

// Partial connectivity: the codes C1 to C8 of docs/zab.md. Where links are cut, both ends are told; where they are
// blocked, nobody is.

/** So many voters, the last of which leads and has committed `a`. */
function led(size: number): Ensemble {
  const ensemble = new Ensemble(size)
  expect(ensemble.elect()).toBe(size)
  ensemble.propose(size, 'a')
  ensemble.settle()
  return ensemble
}

function ids(ensemble: Ensemble): number[] {
  return [...ensemble.nodes.keys()]
}

function leaderOf(ensemble: Ensemble): number | undefined {
  return ids(ensemble).findLast((id) => ensemble.observe(id).established)
}

/** When everything is mended, all follow one leader, which commits. */
function comesTogether(ensemble: Ensemble): void {
  for (const a of ids(ensemble)) for (const b of ids(ensemble)) if (a !== b) ensemble.unblock(a, b)
  for (const a of ids(ensemble)) for (const b of ids(ensemble)) if (a < b) ensemble.heal(a, b)
  ensemble.run(3000)
  const leader = leaderOf(ensemble)
  expect(leader).toBeDefined()
  ensemble.propose(leader!, 'end')
  ensemble.settle()
  for (const id of ids(ensemble)) {
    expect(ensemble.observe(id)).toMatchObject({ phase: 'BROADCAST', leader })
    expect(ensemble.applied(id)).toEqual(ensemble.applied(leader!))
    expect(ensemble.applied(id).at(-1)).toBe('end')
  }
}

describe('partial connectivity', () => {
  test.each(['cut', 'blocked'] as const)('C1: one follower without the leader (%s)', (how) => {
    const ensemble = led(3)
    if (how === 'cut') ensemble.cut(1, 3)
    else
      for (const [from, to] of [
        [1, 3],
        [3, 1],
      ] as const)
        ensemble.block(from, to)
    ensemble.run(10_000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    ensemble.propose(3, 'b')
    ensemble.settle()
    expect(ensemble.applied(2)).toEqual(['a', 'b'])
    comesTogether(ensemble)
  })

  test('C2: a leader that can only send gives up, and another one is elected', () => {
    const ensemble = led(3)
    for (const id of [1, 2]) ensemble.block(id, 3)
    ensemble.run(600)
    expect(ensemble.observe(3).established).toBe(false)
    ensemble.run(3000)
    expect(leaderOf(ensemble)).toBe(2)
    comesTogether(ensemble)
  })

  test('C2: one that can only hear is left by its followers', () => {
    const ensemble = led(3)
    for (const id of [1, 2]) ensemble.block(3, id)
    ensemble.run(3000)
    expect(leaderOf(ensemble)).toBe(2)
    comesTogether(ensemble)
  })

  test.each(['send', 'hear'] as const)('C3: a follower that can only %s costs nobody the leader', (what) => {
    const ensemble = led(3)
    for (const id of [2, 3]) {
      if (what === 'send') ensemble.block(id, 1)
      else ensemble.block(1, id)
    }
    ensemble.run(10_000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    comesTogether(ensemble)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
  })

  test('C4: quorum loss: the leader without a quorum gives up; all meet again when links are mended', () => {
    const ensemble = led(5)
    // Everybody reaches 1, and nobody else.
    for (const a of [2, 3, 4, 5]) for (const b of [2, 3, 4, 5]) if (a < b) ensemble.cut(a, b)
    ensemble.run(10_000)
    // The hub votes for the best it hears of, which hears of no quorum: Zab has no leader here, and loses nothing.
    expect(leaderOf(ensemble)).toBeUndefined()
    expect(ids(ensemble).map((id) => ensemble.applied(id))).toEqual(Array.from({ length: 5 }, () => ['a']))
    comesTogether(ensemble)
  })

  test('C4: even if the hub has the best history, nobody can follow it: each needs to hear of a quorum itself', () => {
    const ensemble = led(5)
    ensemble.filter = ({ to, message }) => message.type !== 'PROPOSAL' || to === 1
    ensemble.propose(5, 'more')
    ensemble.settle()
    ensemble.filter = () => true
    ensemble.crash(5)
    for (const [a, b] of [
      [2, 3],
      [2, 4],
      [3, 4],
    ] as const)
      ensemble.cut(a, b)
    ensemble.run(200)
    // As in ZooKeeper. All vote for it, and it would lead.
    for (const id of [1, 2, 3, 4]) expect(ensemble.state(id).vote.leader).toBe(1)
    expect(ensemble.state(1)).toMatchObject({ state: 'LEADING', leadership: { phase: 'DISCOVERY' } })
    ensemble.run(10_000)
    for (const id of [1, 2, 3, 4]) expect(ensemble.observe(id).established).toBe(false)
    ensemble.heal(2, 3)
    ensemble.run(3000) // now 1, 2 and 3 are a quorum of which each hears
    expect(ensemble.observe(1).established).toBe(true)
    expect(ensemble.applied(2)).toEqual(['a', 'more'])
    ensemble.start(5)
    comesTogether(ensemble)
  })

  test('C5: constrained election: whoever has what was committed reaches no quorum, and nobody leads', () => {
    const ensemble = new Ensemble(5)
    ensemble.elect()
    ensemble.isolate(1)
    ensemble.propose(5, 'a')
    ensemble.settle()
    ensemble.crash(5)
    ensemble.rejoin(1)
    for (const [a, b] of [
      [2, 3],
      [2, 4],
      [3, 4],
    ] as const)
      ensemble.cut(a, b)
    ensemble.run(10_000)
    for (const id of [1, 2, 3, 4]) expect(ensemble.observe(id).established).toBe(false)
    ensemble.start(5)
    comesTogether(ensemble)
    expect(ensemble.applied(1)[0]).toBe('a')
  })

  test('C6: a chain keeps its leader at one end', () => {
    const ensemble = led(3)
    ensemble.cut(1, 3)
    const { length } = ensemble.node(3).events
    ensemble.run(10_000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    expect(
      ensemble
        .node(3)
        .events.slice(length)
        .map(({ name }) => name),
    ).not.toContain('LeaderShutdown')
    comesTogether(ensemble)
  })

  test('C8: what one says again and again counts once', () => {
    const ensemble = led(5)
    ensemble.filter = ({ from, message }) => from === 5 || (from === 1 && message.type !== 'PROPOSAL')
    ensemble.invariants.checkActions = false // some of the messages are repeated
    ensemble.propose(5, 'b')
    const read = ensemble.read(5)
    for (let i = 0; i < 40; i++) {
      const answer = ensemble.inFlight.find(({ to, message }) => to === 5 && message.type !== 'NOTIFICATION')
      if (answer !== undefined) for (let k = 0; k < 3; k++) ensemble.duplicate(answer)
      if (!ensemble.deliver()) break
    }
    expect(ensemble.observe(5).commitIndex).toBe(1)
    expect(ensemble.node(5).replies.map(({ sequence }) => sequence)).not.toContain(read)
    ensemble.filter = () => true
    ensemble.run(1000)
    expect(leaderOf(ensemble)).toBeDefined()
  })
})
