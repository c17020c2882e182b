import { type NodeId, flexibleOf, majorityOf, weightedOf } from '@quorate/core'
import { describe, expect, it, test } from 'vitest'
import type { ZabOptions } from '../src/index.ts'
import type { Ensemble } from './support/ensemble.ts'
import { answersTo, leadersOf, ledBy, tick } from './support/handover.ts'

describe('the election that a leader asks for', () => {
  test.each([
    [3, 40],
    [5, 40],
  ])('is decided without a timer, in whatever order messages arrive: %i voters', (size, seeds) => {
    for (let seed = 1; seed <= seeds; seed++) {
      let state = seed
      const random = (below: number): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return (state >>> 8) % below
      }
      const ensemble = ledBy(size, size)
      ensemble.propose(size, 'a')
      ensemble.settle()
      const to = 1 + random(size - 1)
      const request = ensemble.transfer(size, to)
      while (ensemble.inFlight.length > 0) {
        const { from, to: end } = ensemble.inFlight[random(ensemble.inFlight.length)]!
        ensemble.deliver((flight) => flight.from === from && flight.to === end)
      }
      expect(leadersOf(ensemble), `seed ${seed}`).toEqual([to])
      expect(answersTo(ensemble, size, request), `seed ${seed}`).toEqual(['done'])
      for (let id = 1; id <= size; id++) expect(ensemble.observe(id).leader, `seed ${seed}`).toBe(to)
    }
  })

  test('is won by a better history all the same: the votes are ordinary', () => {
    const ensemble = ledBy(3, 3)
    ensemble.propose(3, 'a')
    ensemble.settle()
    const { connection, epoch } = ensemble.state(1).following!
    const message = { type: 'HANDOVER', connection, epoch, round: 2 } as const
    const step = (rest: { designated: NodeId; zxidEpoch: number; zxidIndex: number }): NodeId => {
      const other = ledBy(3, 3)
      other.propose(3, 'a')
      other.settle()
      other.node(1).step({ type: 'receive', from: 3, message: { ...message, ...rest } }, other.now())
      return other.state(1).vote.leader
    }
    expect(step({ designated: 2, zxidEpoch: 1, zxidIndex: 1 })).toBe(2)
    expect(step({ designated: 2, zxidEpoch: 1, zxidIndex: 0 })).toBe(1)
    expect(step({ designated: 2, zxidEpoch: 0, zxidIndex: 0 })).toBe(1)
    expect(step({ designated: 9, zxidEpoch: 1, zxidIndex: 1 })).toBe(1)
  })

  test('is not begun for an earlier connection, nor by somebody else', () => {
    const ensemble = ledBy(3, 3)
    const { connection, epoch } = ensemble.state(1).following!
    const message = { type: 'HANDOVER', connection, epoch, round: 2, designated: 2 } as const
    const zxid = { zxidEpoch: 1, zxidIndex: 0 }
    const late = { ...message, ...zxid, connection: connection - 1 }
    ensemble.node(1).step({ type: 'receive', from: 3, message: late }, ensemble.now())
    ensemble.node(1).step({ type: 'receive', from: 2, message: { ...message, ...zxid } }, ensemble.now())
    expect(ensemble.observe(1).phase).toBe('BROADCAST')
    expect(
      ensemble
        .events(1, 'FilterNonexistentMessage')
        .map(({ detail }) => detail['reason'])
        .slice(-2),
    ).toEqual(['other-connection', 'not-my-leader'])
  })

  test.each([false, true])('sends observers to the new leader, too; fed by followers: %s', (feeds) => {
    const ensemble = ledBy(4, 3, { followersFeedObservers: feeds }, majorityOf([1, 2, 3], [4]))
    ensemble.run(300)
    expect(ensemble.state(4).following!.leader === 3).toBe(!feeds)
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.transfer(3, 1)
    ensemble.settle()
    ensemble.run(300)
    expect(ensemble.observe(4)).toMatchObject({
      phase: 'BROADCAST',
      role: 'observer',
      epoch: ensemble.observe(1).epoch,
    })
    expect(ensemble.applied(4)).toEqual(['a'])
  })

  test('takes an election quorum, which may be more than decides', () => {
    const membership = flexibleOf([1, 2, 3, 4], { election: 3, replication: 2 })
    const ensemble = ledBy(4, 4, {}, membership)
    const request = ensemble.transfer(4, 2)
    ensemble.settle()
    expect(leadersOf(ensemble)).toEqual([2])
    expect(answersTo(ensemble, 4, request)).toEqual(['done'])
  })
})

describe('a leader that has to go', () => {
  const options: ZabOptions = { stallLimit: 3 }

  function stall(ensemble: Ensemble, ticks: number): void {
    for (let i = 0; i < ticks; i++) tick(ensemble, 3)
  }

  it('hands over when its disk has stalled: the others’ disks have all that it needs', () => {
    const ensemble = ledBy(3, 3, options)
    ensemble.node(3).autoPersist = false
    const sequence = ensemble.propose(3, 'a')
    ensemble.settle()
    const { time } = ensemble
    stall(ensemble, 4)
    expect(ensemble.events(3, 'looking.disk-stalled')).toHaveLength(1)
    expect(ensemble.events(3, 'handover-sent')).toHaveLength(1)
    expect(ensemble.time).toBe(time)
    expect(leadersOf(ensemble)).toEqual([2]) // of those who have acknowledged most the highest id
    expect(answersTo(ensemble, 3, sequence)).toEqual([])
    expect(ensemble.applied(3)).toEqual(['a'])
    ensemble.propose(2, 'b')
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['a', 'b'])
    ensemble.node(3).autoPersist = true
    ensemble.node(3).drain(ensemble.now())
    ensemble.run(1000)
    expect(ensemble.applied(3)).toEqual(['a', 'b'])
  })

  it('and chooses the one who has acknowledged most', () => {
    const ensemble = ledBy(5, 3, options)
    ensemble.node(3).autoPersist = false
    for (const id of [4, 5]) ensemble.node(id).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    stall(ensemble, 4)
    expect(ensemble.state(3).handover).toMatchObject({ to: 2, sent: false, resigns: 'disk-stalled' })
  })

  it('leaves soon if nothing can be committed without its disk', () => {
    const ensemble = ledBy(3, 3, options)
    ensemble.node(3).autoPersist = false
    ensemble.crash(1)
    ensemble.propose(3, 'a')
    ensemble.settle()
    stall(ensemble, 4)
    expect(ensemble.state(3).handover).toMatchObject({ to: 2, sent: false })
    expect(answersTo(ensemble, 3, ensemble.transfer(3, 2))).toEqual(['transferring, definitely-not'])
    stall(ensemble, 1)
    expect(leadersOf(ensemble)).toEqual([])
    expect(ensemble.events(3, 'looking.disk-stalled')).toHaveLength(1)
  })

  it('leaves at once if nobody can take over', () => {
    const membership = weightedOf([{ node: 3, weight: 2 }, 1], [2])
    const ensemble = ledBy(3, 3, options, membership)
    ensemble.crash(1)
    ensemble.settle()
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'a')
    stall(ensemble, 4)
    expect(ensemble.observe(3).phase).toBe('LOOKING')
    expect(ensemble.events(3, 'handover-begun')).toEqual([])
  })

  it('goes on with a transfer that is under way, and leaves if it fails', () => {
    const ensemble = ledBy(3, 3, options)
    for (const id of [2, 3]) ensemble.node(id).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    const request = ensemble.transfer(3, 2)
    stall(ensemble, 4)
    expect(ensemble.state(3).handover).toMatchObject({ to: 2, resigns: 'disk-stalled', sequence: request })
    stall(ensemble, 1)
    expect(leadersOf(ensemble)).toEqual([])
    expect(answersTo(ensemble, 3, request)).toEqual(['transfer-failed, definitely-not'])
  })
})

describe('how long nothing is committed', () => {
  /** From now until `command`, asked of each new leader in turn, is committed: in units of one delay, or one sync. */
  function unitsToCommit(ensemble: Ensemble): { established: number; committed: number } {
    for (const node of ensemble.nodes.values()) node.autoPersist = false
    const start = ensemble.time
    const { epoch } = ensemble.observe(1)
    const before = ensemble.observe(1).commitIndex
    let established = 0
    while (ensemble.time < start + 2000) {
      ensemble.time += 1
      unit(ensemble)
      const leader = leadersOf(ensemble).find((id) => ensemble.observe(id).epoch > epoch)
      if (leader === undefined) continue
      if (established === 0) {
        established = ensemble.time - start
        ensemble.propose(leader, 'next')
      }
      if (ensemble.observe(leader).commitIndex > before)
        return { established, committed: ensemble.time - start }
    }
    throw new Error('nothing is committed')
  }

  /** What was under way or being written when the unit began arrives, is durable; timers run out. */
  function unit(ensemble: Ensemble): void {
    const flights = new Set(ensemble.inFlight)
    const writes = [...ensemble.nodes.values()].map((node) => [node, node.writing.length] as const)
    while (ensemble.deliver((flight) => flights.delete(flight)));
    for (const [node, count] of writes) {
      for (let i = 0; i < count && node.running; i++) node.completeWrite(ensemble.now())
    }
    for (const node of ensemble.nodes.values()) {
      for (const [timer, at] of node.timers) if (at <= ensemble.time) ensemble.fire(node.id, timer)
    }
  }

  function ready(): Ensemble {
    const ensemble = ledBy(5, 5)
    ensemble.propose(5, 'last')
    ensemble.settle()
    return ensemble
  }

  test('is no longer than after a death that links report, and far shorter than after one that they do not', () => {
    const handedOver = ready()
    handedOver.transfer(5, 2)
    const transferred = unitsToCommit(handedOver)
    const crashed = ready()
    crashed.crash(5)
    const died = unitsToCommit(crashed)
    const silent = ready()
    for (const id of [1, 2, 3, 4]) {
      silent.block(5, id)
      silent.block(id, 5)
    }
    const unheard = unitsToCommit(silent)
    // Seven delays: HANDOVER, a vote, FOLLOWERINFO, LEADERINFO, ACKEPOCH, NEWLEADER, ACK. Three syncs: both promises, and
    // the adoption. Then PROPOSAL, a sync, ACK.
    expect(transferred).toEqual({ established: 10, committed: 13 })
    expect(died.committed - transferred.committed).toBe(0)
    expect(unheard.committed).toBeGreaterThan(200 + transferred.committed)
  })
})

describe('transfers and changes of membership', () => {
  const five = majorityOf([1, 2, 3], [4, 5])

  function changing(): Ensemble {
    const ensemble = ledBy(5, 3, {}, five)
    ensemble.run(300)
    return ensemble
  }

  it('a change is turned down while leadership is handed over', () => {
    const ensemble = changing()
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.transfer(3, 2)
    const change = ensemble.reconfigure(3, majorityOf([1, 3], [2, 4, 5]))
    expect(answersTo(ensemble, 3, change)).toEqual(['transferring, definitely-not'])
    expect(ensemble.observe(3).lastIndex).toBe(1)
  })

  it('T2: a joint membership is left by whoever leads then: nothing is proposed meanwhile', () => {
    const ensemble = changing()
    for (const id of [1, 2]) ensemble.node(id).autoPersist = false
    ensemble.reconfigure(3, majorityOf([1, 2, 3, 4], [5]))
    ensemble.until(() => ensemble.observe(3).membership.quorums.type === 'joint')
    const { lastIndex } = ensemble.observe(3)
    const request = ensemble.transfer(3, 1)
    for (const id of [1, 2]) {
      ensemble.node(id).autoPersist = true
      ensemble.node(id).drain(ensemble.now())
    }
    ensemble.until(() => ensemble.observe(3).phase === 'LOOKING')
    expect(ensemble.observe(3)).toMatchObject({ commitIndex: lastIndex, lastIndex })
    ensemble.run(1000)
    expect(leadersOf(ensemble)).toEqual([1])
    expect(answersTo(ensemble, 3, request)).toEqual(['done'])
    expect(ensemble.observe(1).membership).toEqual(majorityOf([1, 2, 3, 4], [5]))
  })

  it('a leader that the change removes hands over to one who has everything', () => {
    const ensemble = changing()
    const change = ensemble.reconfigure(3, majorityOf([1, 2], [4, 5]))
    const { time } = ensemble
    ensemble.settle()
    expect(answersTo(ensemble, 3, change)).toEqual(['done'])
    expect(ensemble.events(3, 'handover-sent')).toHaveLength(1)
    expect(leadersOf(ensemble)).toEqual([2])
    expect(ensemble.time).toBe(time)
  })
})
