import { type Membership, type NodeId, majorityOf, membersOf, votersOf } from '@quorate/core'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type ZabMessage, encodeHardState } from '../src/index.ts'
import { change, changesOf, endOf, expectInForce, leaderOf, ledBy3, nameOf } from './support/changes.ts'
import { Ensemble } from './support/ensemble.ts'
import { told } from './support/told.ts'

/** Nothing of a replica's disk is left. It starts as one that has never run. */
function wipe(ensemble: Ensemble, id: NodeId): void {
  const { durable } = ensemble.node(id)
  durable.apply({ type: 'truncateAfter', index: 0 })
  durable.apply({
    type: 'setHardState',
    bytes: encodeHardState({ acceptedEpoch: 0, currentEpoch: 0 }),
  })
}

/** A vote for nobody in a later round. */
function lookingIn(ensemble: Ensemble, round: number): ZabMessage {
  const vote = { leader: 0, epoch: 0, zxidEpoch: 0, zxidIndex: 0 }
  return { type: 'NOTIFICATION', state: 'LOOKING', round, ...vote, config: told(ensemble.state(1)) }
}

/** One of the memberships is in force at all of its members, and it serves. */
function expectOneOf(ensemble: Ensemble, memberships: readonly Membership[]): Membership {
  const isThere = (): boolean => {
    const running = [...ensemble.nodes.values()].filter((node) => node.running)
    const established = running.filter(({ id }) => ensemble.observe(id).established)
    if (established.length !== 1) return false
    const { membership } = ensemble.observe(established[0]!.id)
    return (
      memberships.some((wanted) => isDeepStrictEqual(wanted, membership)) &&
      membersOf(membership)
        .filter((id) => ensemble.node(id).running)
        .every(
          (id) =>
            ensemble.observe(id).phase === 'BROADCAST' &&
            isDeepStrictEqual(ensemble.observe(id).membership, membership),
        )
    )
  }
  ensemble.run(500) // what was lost is noticed
  ensemble.run(5000, isThere)
  const found = ensemble.observe(leaderOf(ensemble)).membership
  expect(memberships).toContainEqual(found)
  const running = membersOf(found).filter((id) => ensemble.node(id).running)
  const sequence = ensemble.propose(running[0]!, 'after')
  ensemble.run(300)
  for (const id of running) {
    expect(ensemble.observe(id).membership).toEqual(found)
    expect(ensemble.node(id).applied.some(({ request }) => request?.sequence === sequence)).toBe(true)
  }
  return found
}

const old = majorityOf([1, 2, 3])

describe.each<[string, Membership]>([
  ['one voter is replaced', majorityOf([2, 3, 4])],
  ['all voters are replaced', majorityOf([4, 5, 6])],
  ['the leader is removed', majorityOf([1, 2])],
  ['the leader becomes an observer', majorityOf([1, 2, 4], [3])],
  ['observers are added', majorityOf([1, 2, 3], [4])],
])('while %s', (_, next) => {
  /** Plays so many steps of the change, does what `fault` does, and looks what has become of it. */
  function play(steps: number, fault: (ensemble: Ensemble) => void): { isOver: boolean; found: Membership } {
    const ensemble = ledBy3([4, 5, 6])
    ensemble.propose(1, 'before')
    const sequence = ensemble.reconfigure(3, next)
    let isOver = false
    for (let step = 0; step < steps && !isOver; step++) {
      if (ensemble.deliver()) continue
      isOver = endOf(ensemble, 3, sequence) === 'done'
      if (!isOver) ensemble.fire(3, 'tick') // newcomers are asked to join
    }
    fault(ensemble)
    return { isOver, found: expectOneOf(ensemble, [old, next]) }
  }

  function playAll(stride: number, fault: (ensemble: Ensemble) => void): Set<string> {
    const seen = new Set<string>()
    for (let steps = 0; steps < 200; steps += stride) {
      const { isOver, found } = play(steps, fault)
      seen.add(nameOf(found))
      if (!isOver) continue
      expect(seen).toContain(nameOf(next)) // it has come to its end before the fault
      return seen
    }
    return expect.unreachable('the change does not come to an end')
  }

  test('the leader crashes, at every point: the change is completed, or comes to nothing', () => {
    const seen = playAll(1, (ensemble) => ensemble.crash(3))
    expect(seen).toContain(nameOf(old))
  })

  test('the leader crashes and comes back', () => {
    playAll(5, (ensemble) => {
      ensemble.crash(3)
      ensemble.run(300)
      ensemble.start(3)
    })
  })

  test('all crash and come back', () => {
    playAll(5, (ensemble) => {
      for (const id of ensemble.nodes.keys()) ensemble.crash(id)
      for (const id of ensemble.nodes.keys()) ensemble.start(id)
    })
  })
})

describe('step by step', () => {
  /** 3 has proposed, its messages come to those named alone, and then it is gone. */
  function proposedTo(ids: readonly NodeId[], next: Membership, spares: readonly NodeId[]): Ensemble {
    const ensemble = ledBy3(spares)
    ensemble.propose(3, 'before')
    ensemble.settle()
    ensemble.reconfigure(3, next)
    ensemble.until(() => changesOf(ensemble, 3).length === 1)
    ensemble.lose(({ message, to }) => message.type === 'PROPOSAL' && !ids.includes(to))
    ensemble.settleAmong(3, ...ids)
    ensemble.crash(3)
    return ensemble
  }

  const next = majorityOf([4, 5, 6])

  test('the only one who has the joint membership is elected by new voters who do not have it in their logs', () => {
    const ensemble = proposedTo([1], next, [4, 5, 6])
    expect([1, 2, 4, 5, 6].map((id) => changesOf(ensemble, id).length)).toEqual([1, 0, 0, 0, 0])
    expect(expectOneOf(ensemble, [next])).toEqual(next)
    expect(ensemble.events(4, 'later-membership-told')).not.toEqual([])
  })

  test('a new leader that has not seen the change lets it come to nothing, and new voters that have it are no danger', () => {
    const ensemble = proposedTo([4, 5, 6], next, [4, 5, 6])
    expect([1, 2, 4].map((id) => changesOf(ensemble, id).length)).toEqual([0, 0, 1])
    expect(expectOneOf(ensemble, [old])).toEqual(old)
    const leader = leaderOf(ensemble)
    const { epoch } = ensemble.observe(leader)
    ensemble.run(5000)
    expect(ensemble.observe(leader)).toMatchObject({ established: true, epoch })
    // Asked again, they are taken in, and what they had is truncated.
    ensemble.start(3)
    expect(endOf(ensemble, leader, change(ensemble, leader, next, 3000))).toBe('done')
    expectInForce(ensemble, next)
  })

  test('a leader that is to leave and has the only log with that leads again, commits it, and leaves', () => {
    const ensemble = new Ensemble(2)
    expect(ensemble.elect()).toBe(2)
    ensemble.reconfigure(2, majorityOf([1]))
    ensemble.until(() => changesOf(ensemble, 2).length === 2)
    ensemble.crash(2)
    ensemble.start(2)
    expect(changesOf(ensemble, 2)).toEqual(['1 2 | 1', '1'])
    expect(changesOf(ensemble, 1)).toEqual(['1 2 | 1'])
    expectInForce(ensemble, majorityOf([1]))
    expect(ensemble.events(2, 'established')).toHaveLength(2)
    expect(ensemble.observe(2).role).toBe('observer')
  })

  test('one who has voters that are gone is found by the new ensemble', () => {
    const ensemble = ledBy3([4, 5])
    ensemble.isolate(1)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([3, 4, 5])))).toBe('done')
    change(ensemble, 3, majorityOf([4, 5], [1]), 3000)
    for (const id of [2, 3]) ensemble.crash(id)
    ensemble.rejoin(1)
    expectInForce(ensemble, majorityOf([4, 5], [1]))
    expect(ensemble.node(1).applied.at(-1)!.kind).toBe('command')
  })

  test('a membership is counted by the one in the log, not by what was told: two of three new voters are no quorum', () => {
    const ensemble = proposedTo([1], next, [4, 5, 6])
    ensemble.crash(2)
    ensemble.run(5000)
    // 1 has the joint membership and the votes of 4, 5 and 6, but is one of three old voters.
    expect([1, 4, 5, 6].every((id) => !ensemble.observe(id).established)).toBe(true)
    ensemble.start(2)
    expectOneOf(ensemble, [next])
  })
})

describe('who has left', () => {
  test('learns it before it is cut off, and keeps still', () => {
    const ensemble = ledBy3([])
    change(ensemble, 3, majorityOf([2, 3]))
    expect(nameOf(ensemble.observe(1).membership)).toBe('2 3')
    ensemble.run(1000)
    expect(ensemble.state(3).leadership!.learners.map(({ node }) => node)).toEqual([2])
    const sent: unknown[] = []
    ensemble.filter = (flight) => {
      if (flight.from === 1) sent.push(flight.message)
      return true
    }
    ensemble.run(5000)
    expect(sent).toEqual([])
    expect(ensemble.observe(3).epoch).toBe(1)
  })

  test('disturbs nobody, though it was not told', () => {
    const ensemble = ledBy3([])
    ensemble.isolate(1)
    change(ensemble, 3, majorityOf([2, 3]))
    ensemble.run(3000)
    expect(ensemble.state(1).round).toBeGreaterThan(1)
    ensemble.rejoin(1)
    ensemble.run(5000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    expect(ensemble.observe(2)).toMatchObject({ phase: 'BROADCAST', leader: 3 })
    // Not in an election of the others either.
    ensemble.crash(3)
    ensemble.run(1000)
    ensemble.start(3)
    ensemble.run(3000)
    expect([2, 3]).toContain(leaderOf(ensemble))
    expect(ensemble.observe(1).established).toBe(false)
  })

  test('and those who look for a leader do not answer each other for ever', () => {
    const ensemble = ledBy3([])
    ensemble.isolate(1)
    change(ensemble, 3, majorityOf([2, 3], [1]))
    ensemble.cut(2, 3)
    ensemble.run(600)
    ensemble.crash(3)
    while (ensemble.state(1).round <= ensemble.state(2).round) {
      ensemble.node(1).step({ type: 'receive', from: 3, message: lookingIn(ensemble, 9) }, ensemble.now())
    }
    ensemble.heal(1, 2)
    expect(() => ensemble.run(3000)).not.toThrow()
    expect(ensemble.state(1).round).toBeGreaterThan(ensemble.state(2).round)
  })

  test('knows that it has left when it hears that the membership which it has is committed', () => {
    const ensemble = ledBy3([])
    change(ensemble, 3, majorityOf([1, 2]))
    ensemble.crash(3)
    ensemble.start(3) // it has its removal in its log, and does not know that it is committed
    ensemble.run(2000)
    expect(ensemble.state(3)).toMatchObject({ commitIndex: 0, settledIndex: 2, state: 'LOOKING' })
    expect(ensemble.node(3).timers.has('notification')).toBe(false)
    expect(leaderOf(ensemble)).toBe(2)
  })

  test('is taken in again, with its disk', () => {
    const ensemble = ledBy3([])
    change(ensemble, 3, majorityOf([2, 3]))
    ensemble.propose(3, 'x')
    ensemble.run(1000)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3])))).toBe('done')
    expectInForce(ensemble, majorityOf([1, 2, 3]))
  })
})

describe('who comes back', () => {
  test('with a promise of a later epoch makes the leader give way, and is taken in by the next', () => {
    const ensemble = ledBy3([])
    change(ensemble, 3, majorityOf([2, 3]))
    ensemble.run(500)
    ensemble.crash(1)
    const bytes = encodeHardState({ acceptedEpoch: 7, currentEpoch: 1 })
    ensemble.node(1).durable.apply({ type: 'setHardState', bytes })
    ensemble.start(1)
    const first = change(ensemble, 3, majorityOf([1, 2, 3]), 1000)
    expect(endOf(ensemble, 3, first)).toBe('leadership-lost definitely-not')
    const leader = leaderOf(ensemble)
    expect(ensemble.observe(leader).epoch).toBeGreaterThan(7)
    expect(endOf(ensemble, leader, change(ensemble, leader, majorityOf([1, 2, 3])))).toBe('done')
    expectInForce(ensemble, majorityOf([1, 2, 3]))
  })

  test('an observer that a follower feeds learns that it has left, and is fed no more', () => {
    const options = { followersFeedObservers: true }
    const ensemble = new Ensemble(4, options, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    ensemble.run(1000)
    const feeder = ensemble.state(4).following!.leader
    expect(ensemble.state(feeder).state).toBe('FOLLOWING')
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3]), 1000))).toBe('done')
    expect(ensemble.state(4).state).toBe('LOOKING')
    expect(nameOf(ensemble.observe(4).membership)).toBe('1 2 3')
    expect(ensemble.state(feeder).following!.relay?.learners ?? []).toEqual([])
  })

  test('an observer that a follower feeds becomes a voter: it comes to the leader', () => {
    const options = { followersFeedObservers: true }
    const ensemble = new Ensemble(4, options, { membership: majorityOf([1, 2, 3], [4]) })
    ensemble.elect()
    ensemble.run(1000)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3, 4]), 1000))).toBe('done')
    expectInForce(ensemble, majorityOf([1, 2, 3, 4]))
    expect(ensemble.state(4).following!.leader).toBe(3)
  })
})

describe('a replica that has lost its disk', () => {
  /** 4 has become a voter; whoever starts it anew says that 1, 2 and 3 are the members. */
  function withFour(members: Membership): Ensemble {
    const ensemble = ledBy3([4])
    expect(endOf(ensemble, 3, change(ensemble, 3, members))).toBe('done')
    ensemble.run(500)
    return ensemble
  }

  test('comes back as a new one, under another id or its own, once it has been removed', () => {
    const ensemble = withFour(majorityOf([1, 2, 3, 4]))
    ensemble.crash(4)
    wipe(ensemble, 4)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3])))).toBe('done')
    ensemble.start(4)
    expect(endOf(ensemble, 3, change(ensemble, 3, majorityOf([1, 2, 3, 4])))).toBe('done')
    expectInForce(ensemble, majorityOf([1, 2, 3, 4]))
  })

  test('helps nobody to be elected before it has been brought up to date, though it is a voter', () => {
    const ensemble = withFour(majorityOf([2, 3, 4]))
    ensemble.isolate(2)
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(ensemble.applied(3)).toContain('x')
    for (const id of [3, 4]) ensemble.crash(id)
    wipe(ensemble, 4)
    ensemble.start(4)
    ensemble.rejoin(2)
    ensemble.run(5000)
    expect(votersOf(ensemble.observe(2).membership)).toEqual([2, 3, 4])
    expect([1, 2, 4].every((id) => !ensemble.observe(id).established)).toBe(true)
    ensemble.start(3)
    ensemble.run(3000)
    expect(leaderOf(ensemble)).toBe(3)
    expect(ensemble.log(2)).toContain('x')
    expect(ensemble.log(4)).toContain('x')
  })
})

describe('snapshots', () => {
  test('a compacted log begins with the membership that was in force there, not with the last', () => {
    const ensemble = ledBy3([4], { compactionTail: 2 })
    for (let i = 0; i < 6; i++) ensemble.propose(3, `${i}`)
    change(ensemble, 3, majorityOf([1, 2, 3, 4]))
    expect(ensemble.state(3).memberships.map(({ index }) => index)).toEqual([0, 7, 8])
    ensemble.propose(3, 'x')
    ensemble.run(100)
    ensemble.buildSnapshot(3)
    const [base] = ensemble.state(3).memberships
    expect(base!.index).toBe(7)
    expect(nameOf(base!.membership)).toBe('1 2 3 | 1 2 3 4')
    expect(ensemble.node(3).durable.image(0).base!.membership).toEqual(base!.membership)
    ensemble.restart(3)
    expect(nameOf(ensemble.observe(3).membership)).toBe('1 2 3 4')
    expectInForce(ensemble, majorityOf([1, 2, 3, 4]))
  })

  test('one stands for all the changes that it covers', () => {
    const ensemble = ledBy3([4, 5], { compactionTail: 0 })
    ensemble.isolate(1)
    for (const next of [majorityOf([1, 2, 3, 4]), majorityOf([1, 2, 3, 4, 5]), majorityOf([2, 3, 4, 5], [1])])
      expect(endOf(ensemble, 3, change(ensemble, 3, next))).toBe('done')
    ensemble.propose(3, 'x')
    ensemble.run(200)
    ensemble.buildSnapshot(3)
    ensemble.rejoin(1)
    ensemble.run(1000)
    expect(ensemble.events(1, 'history-replaced')).toHaveLength(1)
    expect(ensemble.state(1).memberships.map(({ membership }) => nameOf(membership))).toEqual(['2 3 4 5 + 1'])
    expect(ensemble.observe(1).role).toBe('observer')
  })
})

describe('reads', () => {
  test('that wait for answers wait for those of the new quorum', () => {
    const ensemble = ledBy3([4, 5])
    ensemble.filter = ({ from, message }) => message.type !== 'PONG' || from < 3
    const read = (): unknown => {
      const sequence = ensemble.read(3)
      ensemble.settle()
      return ensemble.node(3).replies.find((reply) => reply.sequence === sequence)
    }
    expect(read()).toMatchObject({ type: 'readReady' })
    change(ensemble, 3, majorityOf([3, 4, 5]), 150)
    expect(nameOf(ensemble.observe(3).membership)).toBe('3 4 5')
    expect(read()).toBeUndefined() // 1 and 2 answer, and do not count any more
  })
})
