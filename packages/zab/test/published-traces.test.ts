import { describe, expect, test } from 'vitest'
import { Replay, type Step } from './support/replay.ts'

/**
 * The sequences of actions of the traces that are published with the mixed specification (zookeeper-tla-spec,
 * low-level-spec/mixed-spec/mixed_v1/trace), action by action, node by node. Its s0, s1 and s2 are 3, 2 and 1 here: of
 * equal votes s0's wins.
 */
const [s0, s1, s2] = [3, 2, 1]

/** zk-2845, trace_0_51-processConsistency. */
const resurrected: readonly Step[] = [
  ['SetInitState', s0, s1, s2],
  ['FollowerProcessPROPOSAL', s2, s0],
  ['NodeCrash', s0],
  ['NodeCrash', s1],
  ['NodeStart', s0],
  ['ElectionAndDiscovery', s0, s2],
  ['PartitionStart', s0, s2],
  ['NodeCrash', s0],
  ['NodeStart', s1],
  ['ElectionAndDiscovery', s1, s2],
  ['LeaderSyncFollower', s1, s2],
  ['FollowerProcessSyncMessage', s2, s1],
  ['FollowerProcessNEWLEADER', s2, s1],
]

/** zk-2845, trace_1_87-leaderLogCompleteness. */
const overlooked: readonly Step[] = [
  ['SetInitState', s0, s1, s2],
  ['FollowerProcessPROPOSAL', s2, s0],
  ['LeaderProcessACK', s0, s2],
  ['NodeCrash', s1],
  ['NodeCrash', s0],
  ['NodeStart', s1],
  ['ElectionAndDiscovery', s1, s2],
]

/** zk-3911, trace_1_444-leaderLogCompleteness. Steps of disks are ours: there every disk is slow. */
const early: readonly Step[] = [
  ['SetInitState', s0, s1, s2],
  ['NodeCrash', s0],
  ['NodeCrash', s1],
  ['NodeStart', s0],
  ['ElectionAndDiscovery', s0, s2],
  ['LeaderSyncFollower', s0, s2],
  ['FollowerProcessSyncMessage', s2, s0],
  ['NodeStart', s1],
  ['FollowerProcessPROPOSALInSync', s2, s0],
  ['FollowerProcessCOMMITInSync', s2, s0],
  ['DiskFallsBehind', s2],
  ['FollowerProcessNEWLEADER', s2, s0],
  ['DiskWritesOnce', s2],
  ['LeaderProcessACKLD', s0, s2],
  ['NodeCrash', s2],
  ['ElectionAndDiscovery', s0, s1],
  ['NodeStart', s2],
  ['NodeCrash', s0],
  ['ElectionAndDiscovery', s2, s1],
]

describe('zk-2845, ProcessConsistency', () => {
  test('the last logged zxid is reported: s1 cannot be elected', () => {
    const replay = new Replay()
    expect(resurrected[replay.play(resurrected)!]).toEqual(['ElectionAndDiscovery', s1, s2])
    replay.ensemble.run(1000)
    expect(replay.ensemble.log(s1)).toEqual(['x', 'y'])
  })

  test('reportCommittedZxid: the whole trace can be replayed, and breaks the invariant of its name', () => {
    const replay = new Replay({ unsafe: { reportCommittedZxid: true } })
    expect(replay.play(resurrected.slice(0, -1))).toBeUndefined()
    expect(() => replay.play(resurrected.slice(-1))).toThrow('zab ProcessConsistency')
  })
})

describe('zk-2845, LeaderLogCompleteness', () => {
  test('the last logged zxid is reported: s1 cannot be elected', () => {
    const replay = new Replay()
    expect(overlooked[replay.play(overlooked)!]).toEqual(['ElectionAndDiscovery', s1, s2])
    replay.ensemble.run(1000)
    expect(replay.ensemble.applied(s1)).toEqual(['y'])
  })

  test('reportCommittedZxid: the whole trace can be replayed, and breaks the invariant of its name', () => {
    const replay = new Replay({ unsafe: { reportCommittedZxid: true } })
    expect(replay.play(overlooked.slice(0, -1))).toBeUndefined()
    expect(() => replay.play(overlooked.slice(-1))).toThrow('zab LeaderLogCompleteness')
  })
})

describe('zk-3911, LeaderLogCompleteness', () => {
  test('NEWLEADER is acknowledged when history and epoch are durable: a crash takes nothing away', () => {
    const replay = new Replay()
    expect(replay.play(early)).toBeUndefined()
    replay.ensemble.run(1000)
    for (const id of [s1, s2]) expect(replay.ensemble.applied(id)).toEqual(['y'])
  })

  test('and not before', () => {
    const replay = new Replay()
    const late = early.filter(([action]) => action !== 'DiskWritesOnce')
    expect(late[replay.play(late)!]).toEqual(['LeaderProcessACKLD', s0, s2])
  })

  test('put back, the whole trace can be replayed, and breaks the invariant of its name', () => {
    const replay = new Replay({
      unsafe: { ackNewLeaderBeforeDurable: true, currentEpochBeforeHistory: true },
    })
    expect(replay.play(early.slice(0, -1))).toBeUndefined()
    expect(() => replay.play(early.slice(-1))).toThrow('zab LeaderLogCompleteness')
  })
})
