import type { NodeId } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import type { UnsafeRules, ZabMessage } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

/** Takes the messages under way that `choose` accepts off the links. */
function steal(
  ensemble: Ensemble,
  choose: (message: ZabMessage, from: NodeId, to: NodeId) => boolean,
): Ensemble['inFlight'] {
  const stolen = ensemble.inFlight.filter(({ message, from, to }) => choose(message, from, to))
  ensemble.inFlight = ensemble.inFlight.filter((flight) => !stolen.includes(flight))
  return stolen
}

/** Three voters, 3 leading epoch 1, with `a` in the log of 3 alone: not committed. */
function leaderAlone(options: { unsafe?: UnsafeRules } = {}): Ensemble {
  const ensemble = new Ensemble(3, options)
  expect(ensemble.elect()).toBe(3)
  ensemble.filter = ({ message }) => message.type !== 'PROPOSAL'
  ensemble.propose(3, 'a')
  ensemble.settle()
  ensemble.filter = () => true
  ensemble.crash(1)
  ensemble.crash(2)
  expect(ensemble.observe(3)).toMatchObject({ phase: 'LOOKING', lastIndex: 1, commitIndex: 0 })
  return ensemble
}

describe('ZOOKEEPER-2845: the last logged zxid is reported, and what is beyond the leader is truncated', () => {
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = new Ensemble(3, unsafe === undefined ? {} : { unsafe })
    ensemble.elect()
    // p is logged at 2 alone: 3 crashes before its own write, 1 never hears of it.
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'p')
    ensemble.deliver(({ to }) => to === 2)
    expect(ensemble.log(2)).toEqual(['p'])
    ensemble.isolate(2)
    ensemble.crash(3)
    ensemble.node(3).autoPersist = true
    ensemble.start(3)
    expect(ensemble.elect()).toBe(3) // of epoch 2, by 1 and 3
    expect(ensemble.log(3)).toEqual([])
    ensemble.rejoin(2) // it has not restarted
    ensemble.run(1000)
    return ensemble
  }

  test('a log that went on is cut back, also after a restart', () => {
    const ensemble = play()
    expect(ensemble.events(2, 'FollowerProcessSyncMessage').at(-1)!.detail['mode']).toBe('TRUNC')
    expect(ensemble.log(2)).toEqual([])
    ensemble.restart(2)
    expect(ensemble.log(2)).toEqual([])
    ensemble.run(1000)
    expect(ensemble.observe(2).leader).toBe(3)
  })

  test('reporting the committed zxid leaves p in the log', () => {
    expect(() => play({ reportCommittedZxid: true })).toThrow('ProcessConsistency')
  })
})

describe('ZOOKEEPER-3911: NEWLEADER is acknowledged only with the history durable', () => {
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = leaderAlone(unsafe === undefined ? {} : { unsafe })
    ensemble.start(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    ensemble.node(2).autoPersist = false
    ensemble.settle()
    return ensemble
  }

  test('the leader is not established before a quorum has its history on disk', () => {
    const ensemble = play()
    expect(ensemble.log(2)).toEqual(['a'])
    expect(ensemble.observe(3)).toMatchObject({
      phase: 'SYNCHRONIZATION',
      established: false,
      commitIndex: 0,
    })
    ensemble.node(2).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3)).toMatchObject({ established: true, commitIndex: 1 })
  })

  test('acknowledging early loses what was delivered', () => {
    const ensemble = play({ ackNewLeaderBeforeDurable: true })
    expect(ensemble.applied(3)).toEqual(['a'])
    ensemble.crash(3) // and stays dead
    ensemble.restart(2) // without what it had not written
    ensemble.node(2).autoPersist = true
    expect(() => {
      ensemble.start(1)
      ensemble.run(1000)
    }).toThrow('LeaderLogCompleteness')
  })
})

test('ZOOKEEPER-3023, 4646: a crash between NEWLEADER and its fsync leaves neither acknowledgement nor half a history', () => {
  const ensemble = leaderAlone()
  ensemble.start(2)
  ensemble.untilPhase(2, 'SYNCHRONIZATION')
  ensemble.node(2).autoPersist = false
  ensemble.until(() => ensemble.node(2).writing.length > 0)
  const [write] = ensemble.node(2).writing
  expect(write!.held.map(({ message }) => message.type)).toEqual(['ACK'])
  expect(ensemble.inFlight.filter(({ message }) => message.type === 'ACK')).toEqual([])
  ensemble.restart(2)
  expect(ensemble.state(2)).toMatchObject({ acceptedEpoch: 2, currentEpoch: 1 })
  expect(ensemble.log(2)).toEqual([])
})

describe('ZOOKEEPER-4643: history, then currentEpoch, in one atomic persist', () => {
  test('the persist of NEWLEADER has them in this order', () => {
    const ensemble = leaderAlone()
    ensemble.start(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    ensemble.node(2).autoPersist = false
    ensemble.until(() => ensemble.node(2).writing.length > 0)
    const { persist } = ensemble.node(2).writing[0]!
    expect(persist.operations.map(({ type }) => type)).toEqual(['append', 'setHardState'])
    expect(persist.sync).toBe(true)
  })

  /** a and b are committed by 3 and 1; 2 has neither, and adopts epoch 2 while 3 leads. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = new Ensemble(3, unsafe === undefined ? {} : { unsafe })
    ensemble.elect()
    ensemble.isolate(2)
    ensemble.propose(3, 'a')
    ensemble.propose(3, 'b')
    ensemble.settle()
    ensemble.crash(1)
    ensemble.rejoin(2)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    ensemble.node(2).autoPersist = false
    ensemble.until(() => ensemble.node(2).writing.length > 0)
    ensemble.node(2).completeWrite(ensemble.now())
    ensemble.crash(2)
    ensemble.crash(3)
    ensemble.node(2).autoPersist = true
    ensemble.start(2)
    ensemble.start(1)
    ensemble.run(1000)
    return ensemble
  }

  test('a crash can leave no higher epoch with a shorter log', () => {
    const ensemble = play()
    expect(ensemble.log(1)).toEqual(['a', 'b'])
    expect(ensemble.log(2)).toEqual(['a', 'b'])
  })

  test('the epoch in a persist of its own does, and wins an election with it', () => {
    expect(() => play({ currentEpochBeforeHistory: true })).toThrow('LeaderLogCompleteness')
  })
})

test('ZOOKEEPER-4685: the acknowledgement of a proposal may come before, or instead of, that of NEWLEADER', () => {
  const ensemble = new Ensemble(3)
  ensemble.elect()
  ensemble.restart(1)
  ensemble.untilPhase(1, 'SYNCHRONIZATION')
  ensemble.node(1).autoPersist = false
  ensemble.deliverType('NEWLEADER', 1)
  ensemble.propose(3, 'x')
  ensemble.deliverType('PROPOSAL', 1)
  expect(ensemble.node(1).writing).toHaveLength(2)
  ensemble.node(1).completeWrite(ensemble.now())
  ensemble.node(1).completeWrite(ensemble.now())
  const [first, second] = steal(ensemble, (message, from) => message.type === 'ACK' && from === 1)
  expect([first!.message, second!.message]).toMatchObject([{ index: 0 }, { index: 1 }])
  ensemble.inFlight.unshift(second!)
  ensemble.invariants.checkActions = false // the other comes twice late
  ensemble.node(1).autoPersist = true
  ensemble.settle()
  ensemble.inFlight.push(first!)
  ensemble.settle()
  expect(ensemble.observe(3).established).toBe(true)
  expect(ensemble.applied(1)).toEqual(['x'])
})

describe('ZOOKEEPER-4394: a COMMIT between NEWLEADER and UPTODATE', () => {
  test('is never sent: UPTODATE brings it', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.restart(1)
    ensemble.untilSent('NEWLEADER')
    const acks = (message: ZabMessage, from: NodeId): boolean => from === 1 && message.type === 'ACK'
    while (ensemble.deliver(({ message, from }) => !acks(message, from)));
    ensemble.propose(3, 'x')
    while (ensemble.deliver(({ message, from }) => !acks(message, from)));
    expect(ensemble.applied(3)).toEqual(['x']) // by 2 and 3
    expect(ensemble.inFlight.map(({ message }) => message.type)).toEqual(['ACK', 'ACK'])
    expect(ensemble.applied(1)).toEqual([])
    ensemble.settle()
    expect(ensemble.events(1, 'FollowerProcessUPTODATE').at(-1)!.detail).toMatchObject({ commit: 1 })
    expect(ensemble.applied(1)).toEqual(['x'])
  })

  test('and if it came, would be waited out', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.restart(1)
    ensemble.propose(3, 'x')
    ensemble.settleAmong(2, 3)
    ensemble.untilSent('UPTODATE')
    const { connection, epoch } = ensemble.state(1).following!
    ensemble.inFlight.unshift({
      from: 3,
      to: 1,
      message: { type: 'COMMIT', connection, epoch, index: 1 },
      snapshot: undefined,
    })
    ensemble.settle()
    expect(ensemble.events(1, 'FilterNonexistentMessage').at(-1)!.detail).toMatchObject({ type: 'COMMIT' })
    expect(ensemble.applied(1)).toEqual(['x'])
  })
})

test('ZOOKEEPER-4785: proposals not yet committed when a learner is synchronized are part of what it acknowledges', () => {
  const ensemble = new Ensemble(3)
  ensemble.elect()
  ensemble.crash(1)
  ensemble.filter = ({ message }) => message.type !== 'ACK'
  ensemble.propose(3, 'x') // at 2 and 3, acknowledged by nobody
  ensemble.settle()
  ensemble.filter = () => true
  ensemble.crash(2)
  ensemble.start(2)
  ensemble.start(1)
  ensemble.untilPhase(1, 'SYNCHRONIZATION')
  ensemble.node(1).autoPersist = false
  ensemble.until(() => ensemble.node(1).writing.length > 0)
  const { persist, held } = ensemble.node(1).writing[0]!
  expect(persist.operations.map(({ type }) => type)).toEqual(['append', 'setHardState'])
  expect(held.map(({ message }) => message)).toMatchObject([{ type: 'ACK', index: 1 }])
  ensemble.restart(1)
  ensemble.node(1).autoPersist = true
  ensemble.run(1000)
  for (const id of [1, 2, 3]) expect(ensemble.applied(id)).toEqual(['x'])
})

test('ZOOKEEPER-4712, 4541: a write and an acknowledgement of an earlier leadership count for nothing', () => {
  const ensemble = new Ensemble(3)
  ensemble.elect()
  for (const id of [1, 3]) ensemble.node(id).autoPersist = false
  ensemble.propose(3, 'x') // in memory at 3 and 1, on no disk
  ensemble.deliverType('PROPOSAL', 1)
  ensemble.isolate(1)
  ensemble.crash(3)
  ensemble.node(3).autoPersist = true
  ensemble.start(3)
  ensemble.elect()
  const leader = [2, 3].find((id) => ensemble.observe(id).established)!
  ensemble.propose(leader, 'y')
  ensemble.settle()
  ensemble.rejoin(1) // with the write of x still under way
  for (let i = 0; i < 1000 && ensemble.observe(1).phase !== 'SYNCHRONIZATION'; i++) {
    const writes = ensemble.node(1).writing
    // The promise of epoch 2 waits for x too: completions are in order.
    if (!ensemble.deliver() && writes.length > 1) ensemble.node(1).completeWrite(ensemble.now())
    if (writes.length === 1 && i > 100) ensemble.node(1).completeWrite(ensemble.now())
  }
  ensemble.settle()
  expect(ensemble.log(1)).toEqual(['y'])
  expect(ensemble.observe(1).durableIndex).toBe(0) // x is, and is not asked for; y is not
  const late = ensemble
    .events(leader, 'FilterNonexistentMessage')
    .filter(({ detail }) => detail['type'] === 'ACK')
  const learner = ensemble.state(leader).leadership!.learners.find(({ node }) => node === 1)!
  expect(learner).toMatchObject({ phase: 'NEWLEADER', acked: 0 })
  expect(late.length).toBeLessThanOrEqual(1)
  ensemble.node(1).autoPersist = true
  ensemble.node(1).drain(ensemble.now())
  ensemble.settle()
  expect(ensemble.applied(1)).toEqual(['y'])
})

describe('ZOOKEEPER-4925: no hole gets into a log', () => {
  test('a gap in the proposals breaks the session, and the next synchronization fills it', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.invariants.checkActions = false // the gap is made by hand
    ensemble.propose(3, 'x')
    steal(ensemble, (message, _from, to) => message.type === 'PROPOSAL' && to === 1)
    ensemble.propose(3, 'y')
    ensemble.settle()
    expect(ensemble.events(1, 'FollowerShutdown').at(-1)!.detail).toMatchObject({
      reason: 'proposal-not-next',
    })
    ensemble.run(1000)
    expect(ensemble.applied(1)).toEqual(['x', 'y'])
  })

  test('what came by synchronization is handed on by synchronization', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.isolate(1)
    ensemble.crash(2)
    ensemble.start(2)
    ensemble.run(1000)
    ensemble.propose(3, 'x')
    ensemble.propose(3, 'y')
    ensemble.settle()
    ensemble.restart(2) // gets nothing new; then it leads
    ensemble.run(1000)
    ensemble.crash(3)
    ensemble.rejoin(1)
    expect(ensemble.elect()).toBe(2)
    expect(ensemble.applied(1)).toEqual(['x', 'y'])
  })
})

test('ZOOKEEPER-3642: a leader that dies between SNAP and NEWLEADER has changed nothing at the learner', () => {
  const ensemble = new Ensemble(3, { compactionTail: 0 })
  ensemble.elect()
  ensemble.isolate(1)
  for (const text of 'abc') ensemble.propose(3, text)
  ensemble.settle()
  ensemble.buildSnapshot(3)
  ensemble.buildSnapshot(2)
  ensemble.rejoin(1)
  ensemble.untilSent('SNAP')
  ensemble.deliverType('SNAP')
  expect(ensemble.state(1).following!.sync).toMatchObject({ mode: 'SNAP', index: 3 })
  ensemble.crash(3)
  expect(ensemble.observe(1)).toMatchObject({ lastIndex: 0, commitIndex: 0 })
  expect(ensemble.elect()).toBe(2)
  expect(ensemble.node(1).appliedIndex).toBe(3) // by the next leader's snapshot, from the beginning
  ensemble.restart(1)
  ensemble.run(1000)
  expect(ensemble.node(1).appliedIndex).toBe(3)
})

test('ZOOKEEPER-3104: a NEWLEADER that comes before all that belongs to it is refused', () => {
  const ensemble = leaderAlone()
  ensemble.invariants.checkActions = false // the loss is made by hand
  ensemble.start(2)
  ensemble.untilSent('NEWLEADER')
  steal(ensemble, (message) => message.type === 'PROPOSAL')
  ensemble.settle()
  expect(ensemble.events(2, 'FollowerShutdown').at(-1)!.detail).toMatchObject({ reason: 'history-mismatch' })
  expect(ensemble.state(2)).toMatchObject({ currentEpoch: 1 })
  ensemble.run(1000)
  expect(ensemble.log(2)).toEqual(['a'])
})

describe('ZOOKEEPER-1291, 1282: epochs are durable before they are told, and adopted with NEWLEADER', () => {
  test('LEADERINFO waits for the leader, ACKEPOCH for the follower', () => {
    const ensemble = new Ensemble(3)
    for (const id of [1, 2, 3]) ensemble.node(id).autoPersist = false
    ensemble.settle()
    expect(ensemble.node(3).writing[0]!.held.map(({ message }) => message.type)).toContain('LEADERINFO')
    expect(ensemble.events(1, 'FollowerProcessLEADERINFO')).toEqual([])
    ensemble.node(3).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.node(1).writing[0]!.held.map(({ message }) => message.type)).toEqual(['ACKEPOCH'])
    expect(ensemble.events(3, 'LeaderProcessACKEPOCH')).toEqual([])
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3).phase).toBe('SYNCHRONIZATION')
  })

  test('currentEpoch is set before UPTODATE comes', () => {
    const ensemble = new Ensemble(3)
    ensemble.untilSent('UPTODATE')
    const { to } = ensemble.inFlight.find(({ message }) => message.type === 'UPTODATE')!
    expect(ensemble.state(to)).toMatchObject({ currentEpoch: 1, following: { phase: 'ADOPTED' } })
  })

  /** 2 proposes an epoch to 1 and crashes before its disk has it; then 2 and 3 elect 3. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = new Ensemble(3, unsafe === undefined ? {} : { unsafe })
    ensemble.crash(3)
    ensemble.node(2).autoPersist = false
    ensemble.settle()
    expect(ensemble.state(2).leadership!.epoch).toBe(1)
    ensemble.crash(1)
    ensemble.restart(2)
    ensemble.node(2).autoPersist = true
    ensemble.start(3)
    ensemble.elect()
    return ensemble
  }

  test('no two leaders have one epoch', () => {
    const ensemble = play()
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    ensemble.start(1)
    ensemble.run(1000)
    expect(ensemble.observe(1)).toMatchObject({ leader: 3, epoch: 1 })
  })

  test('an epoch proposed before it is durable can be proposed by two', () => {
    expect(() => play({ proposeEpochBeforeDurable: true })).toThrow('Leadership2')
  })
})

test('ZOOKEEPER-1732, 1805: rounds of an ensemble that has aged differ, and a new member joins all the same', () => {
  const ensemble = new Ensemble(5)
  expect(ensemble.elect()).toBe(5)
  // 1 looks again and again, and comes back each time; 2 does so less often.
  for (let i = 0; i < 6; i++) {
    ensemble.isolate(1)
    if (i % 2 === 0) ensemble.isolate(2)
    ensemble.rejoin(1)
    ensemble.rejoin(2)
    ensemble.run(200)
  }
  ensemble.propose(5, 'x') // the members' votes keep the zxid of their election
  ensemble.settle()
  ensemble.crash(4)
  ensemble.crash(3)
  ensemble.run(500)
  ensemble.start(3)
  expect(ensemble.run(500, () => ensemble.observe(3).phase === 'BROADCAST')).toBe(true)
  expect(ensemble.observe(3).leader).toBe(5)
  expect(ensemble.applied(3)).toEqual(['x'])
})

test('ZOOKEEPER-2678: a synchronization that takes longer than initLimit is not given up while it goes on', () => {
  const ensemble = new Ensemble(3, { compactionTail: 0 })
  ensemble.elect()
  ensemble.crash(1)
  for (const text of 'abc') ensemble.propose(3, text)
  ensemble.settle()
  ensemble.buildSnapshot(3)
  ensemble.crash(2)
  ensemble.start(1)
  // The snapshot is on its way for five seconds; all else arrives.
  const sent: Ensemble['inFlight'] = []
  ensemble.filter = (flight) => {
    if (flight.message.type !== 'SNAP') return true
    sent.push(flight)
    return false
  }
  ensemble.run(5000)
  expect(sent).toHaveLength(1)
  expect(ensemble.observe(3)).toMatchObject({ phase: 'SYNCHRONIZATION', epoch: 2 })
  ensemble.filter = () => true
  ensemble.inFlight.push(sent[0]!)
  ensemble.settle()
  expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 2 })
  expect(ensemble.node(1).appliedIndex).toBe(3)
})
