import { type Message, majorityOf } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { Scripted } from './scripted.ts'
import type { EngineSubject } from './subject.ts'

type Spec = CaseSpec<EngineSubject<Message>>

/** What clusters do, in calm and with one fault at a time. */
export const clusterCases: readonly Spec[] = [
  ...[1, 2, 3, 5].map((size): Spec => ({
    name: `${size === 1 ? 'one replica elects itself' : `${size} replicas elect a leader`}, and commit`,
    rule: 'A cluster that is left alone elects a leader; what is proposed at any replica is applied by all, and reads are answered.',
    source: 'core, Engine; DESIGN 3.1',
    run({ definition }) {
      const script = new Scripted(definition, size)
      script.elect()
      for (const id of script.ids) script.commit(id, script.ids, 3)
      for (const id of script.ids) checkSame(script.read(id), 'readReady', `a read at ${id} is answered by`)
    },
  })),
  ...[3, 5].map((size): Spec => ({
    name: `a leader of ${size} that crashes is replaced, and nothing is lost`,
    rule: 'What was applied anywhere is applied by every later leader; the crashed replica, restarted, catches up.',
    source: 'Raft (extended), 5.2 and 5.4; DESIGN 4',
    run({ definition }) {
      const script = new Scripted(definition, size)
      for (let round = 0; round < size; round++) {
        const leader = script.elect()
        script.commit(leader, script.ids, 3)
        script.cluster.propose(leader)
        script.cluster.crash(leader)
        const others = script.ids.filter((id) => id !== leader)
        script.commit(script.elect(others), others, 2)
        script.cluster.start(leader)
        script.converge()
      }
    },
  })),
  {
    name: 'a cluster that loses power comes back with all it had applied',
    rule: 'What was applied anywhere is on the disks of a quorum, and applied again by all when all have restarted.',
    source: 'DESIGN 4, durable before it counts',
    run({ definition }) {
      const script = new Scripted(definition, 3)
      script.commit(script.elect(), script.ids, 5)
      const { size } = script.agreement.decided
      for (const id of script.ids) script.cluster.crash(id)
      for (const id of script.ids) script.cluster.start(id)
      script.converge()
      for (const id of script.ids) {
        check(script.cluster.node(id).appliedIndex > size, () => `replica ${id} has applied less than before`)
      }
    },
  },
  {
    name: 'a leader that is cut off commits nothing, and serves no linearizable read',
    rule: 'A leader without a quorum stops serving within an election timeout; the others elect another; its requests end.',
    source: 'DESIGN 4',
    run({ definition }) {
      const script = new Scripted(definition, 5)
      const old = script.elect()
      script.commit(old, script.ids)
      const minority = [old, script.ids.find((id) => id !== old)!]
      for (const id of minority) {
        for (const other of script.ids) if (!minority.includes(other)) script.cluster.cut(id, other)
      }
      const before = script.cluster.observe(old).commitIndex
      script.cluster.propose(old)
      const read = script.cluster.read(old)
      const others = script.ids.filter((id) => !minority.includes(id))
      script.commit(script.elect(others), others, 3)
      script.cluster.run(4 * script.patience)
      check(
        script.answer(old, read) !== 'readReady',
        () => 'a leader without a quorum answered a linearizable read',
      )
      checkSame(script.cluster.observe(old).commitIndex, before, 'without a quorum it committed up to')
      check(!script.cluster.observe(old).established, () => 'a leader without a quorum is still established')
      for (const id of minority) script.cluster.rejoin(id)
      script.converge()
      checkSame(script.open(old), [], `requests of replica ${old} without an answer`)
    },
  },
  {
    name: 'a linearizable read asks a quorum, whatever the clock says',
    rule: 'Linearizable reads confirm leadership with a quorum after the request arrived; no clock or timer stands in for that.',
    source: 'DESIGN 4; core, ReadMode',
    run({ definition }) {
      const script = new Scripted(definition, 3)
      const { cluster } = script
      const old = script.elect()
      script.commit(old, script.ids)
      const others = script.ids.filter((id) => id !== old)
      // Silently: nobody tells the old leader, and its own timers stand still.
      for (const id of others)
        for (const [a, b] of [
          [old, id],
          [id, old],
        ] as const)
          cluster.block(a, b)
      const { timers } = cluster.node(old)
      const stopped = [...timers]
      timers.clear()
      script.commit(script.elect(others), others, 3)
      const read = cluster.read(old)
      timers.clear()
      cluster.settle()
      check(script.answer(old, read) !== 'readReady', () => 'a leader that no quorum follows answered a read')
      for (const [name, at] of stopped) timers.set(name, at)
      for (const id of others)
        for (const [a, b] of [
          [old, id],
          [id, old],
        ] as const)
          cluster.unblock(a, b)
      script.converge()
      checkSame(script.open(old), [], `requests of replica ${old} without an answer`)
    },
  },
  {
    name: 'a follower that was cut off catches up',
    rule: 'A follower that comes back gets what it missed; what it has that was never committed is replaced.',
    source: 'Raft (extended), 5.3; Zab, phase 2',
    run({ definition }) {
      const script = new Scripted(definition, 3)
      const leader = script.elect()
      const follower = script.ids.find((id) => id !== leader)!
      script.commit(leader, script.ids)
      script.cluster.isolate(follower)
      script.commit(
        leader,
        script.ids.filter((id) => id !== follower),
        20,
      )
      script.cluster.rejoin(follower)
      script.converge()
    },
  },
  {
    name: 'a follower that is behind the log gets the snapshot',
    rule: 'Where the log no longer reaches back far enough, the newest snapshot is sent, installed, and the log goes on from there.',
    source: 'core, SnapshotOrder; Raft (extended), 7',
    run({ compacting }) {
      const script = new Scripted(compacting, 3)
      const leader = script.elect()
      const follower = script.ids.find((id) => id !== leader)!
      script.commit(leader, script.ids, 2)
      script.cluster.isolate(follower)
      const others = script.ids.filter((id) => id !== follower)
      script.commit(leader, others, 20)
      script.cluster.run(script.patience)
      for (const id of others) script.cluster.buildSnapshot(id)
      script.commit(leader, others, 2)
      const { index } = script.cluster.node(leader).stored!
      script.cluster.rejoin(follower)
      script.converge()
      const installed = script.cluster.node(follower).installed?.index ?? 0
      check(installed >= index, () => `it installed the snapshot at ${installed}; there is one at ${index}`)
      script.cluster.crash(follower)
      script.cluster.start(follower)
      script.converge()
    },
  },
  {
    name: 'observers follow, and count for nothing',
    rule: 'Observers receive the log and are in no quorum: they neither lead nor help to commit.',
    source: 'core, Membership.observers',
    run({ definition }) {
      const script = new Scripted(definition, 5, majorityOf([1, 2, 3], [4, 5]))
      const leader = script.elect([1, 2, 3])
      script.commit(leader, script.ids, 3)
      const voters = [1, 2, 3].filter((id) => id !== leader)
      for (const id of voters) script.cluster.crash(id)
      const { commitIndex } = script.cluster.observe(leader)
      script.cluster.propose(leader)
      script.cluster.run(4 * script.patience)
      checkSame(
        script.cluster.observe(leader).commitIndex,
        commitIndex,
        'with observers alone it committed up to',
      )
      for (const id of voters) script.cluster.start(id)
      script.converge()
      check([1, 2, 3].includes(script.elect()), () => 'an observer leads')
    },
  },
]
