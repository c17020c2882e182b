import type { Message } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { Scripted } from './scripted.ts'
import type { EngineSubject } from './subject.ts'

/** What waits for the disk. */
export const durabilityCases: readonly CaseSpec<EngineSubject<Message>>[] = [
  {
    name: 'an acknowledgement that is on no disk counts for nothing',
    rule: 'A message that promises something about a disk leaves when it is true: it is in `sendAfter`, and in `send` only if all is durable.',
    source: 'core, Output.sendAfter; DESIGN 4',
    run({ definition }) {
      const script = new Scripted(definition, 3)
      const leader = script.elect()
      const followers = script.ids.filter((id) => id !== leader)
      script.commit(leader, script.ids)
      for (const id of followers) script.cluster.node(id).autoPersist = false
      const before = script.cluster.observe(leader).commitIndex
      script.cluster.propose(leader)
      script.cluster.settle()
      checkSame(
        script.cluster.observe(leader).commitIndex,
        before,
        'with its own disk alone it committed up to',
      )
      const node = script.cluster.node(followers[0]!)
      check(node.writing.length > 0, () => 'a follower was sent nothing to write')
      while (node.writing.length > 0) node.completeWrite(script.cluster.now())
      script.cluster.settle()
      checkSame(
        script.cluster.observe(leader).commitIndex,
        before + 1,
        'with a quorum of disks it committed up to',
      )
    },
  },
  {
    name: 'the leader’s own copy counts when it is on its disk',
    rule: 'A replica alone commits nothing that is not on its own disk.',
    source: 'DESIGN 4: its own vote for itself included',
    run({ definition }) {
      const script = new Scripted(definition, 1)
      const leader = script.elect()
      script.commit(leader, script.ids)
      const node = script.cluster.node(leader)
      node.autoPersist = false
      const before = node.appliedIndex
      for (let i = 0; i < 3; i++) script.cluster.propose(leader)
      script.cluster.settle()
      checkSame(node.appliedIndex, before, 'before its write it has applied up to')
      while (node.writing.length > 0) node.completeWrite(script.cluster.now())
      checkSame(node.appliedIndex, before + 3, 'after its writes it has applied up to')
    },
  },
  {
    name: 'no leader comes of votes that are on no disk',
    rule: 'A vote, promise or epoch leaves a node only after it is on its disk, its own vote for itself included.',
    source: 'DESIGN 4',
    run({ definition }) {
      for (const size of [1, 3]) {
        const script = new Scripted(definition, size)
        for (const id of script.ids) {
          script.cluster.crash(id)
          script.cluster.node(id).autoPersist = false
        }
        for (const id of script.ids) script.cluster.start(id)
        script.cluster.run(6 * script.patience)
        checkSame(script.leader, undefined, `of ${size} whose disks do nothing, the leader is`)
      }
    },
  },
  {
    name: 'a leader whose disk stalls gives up',
    rule: 'A timer can run out while a persist is under way; an engine whose disk stalls loses leadership instead of heartbeating for ever.',
    source: 'DESIGN 3.1',
    run({ definition }) {
      const script = new Scripted(definition, 3)
      const leader = script.elect()
      script.commit(leader, script.ids)
      script.cluster.node(leader).autoPersist = false
      script.cluster.propose(leader)
      const others = script.ids.filter((id) => id !== leader)
      const next = script.elect(others)
      script.commit(next, others)
      const node = script.cluster.node(leader)
      node.autoPersist = true
      node.drain(script.cluster.now())
      script.converge()
    },
  },
  {
    name: 'a token that comes again marks nothing durable',
    rule: 'Tokens name a write and its epoch, so that a late completion cannot mark newer entries durable.',
    source: 'DESIGN 3.1; core, Token and Durability',
    run({ definition }) {
      const script = new Scripted(definition, 1)
      const leader = script.elect()
      const node = script.cluster.node(leader)
      node.autoPersist = false
      script.cluster.propose(leader)
      const [first] = node.writing
      node.completeWrite(script.cluster.now())
      script.cluster.propose(leader)
      const { durableIndex } = script.cluster.observe(leader)
      const before = node.appliedIndex
      for (const epoch of [first!.persist.token.epoch, 0]) {
        const token = { ...first!.persist.token, epoch }
        node.step({ type: 'persisted', token }, script.cluster.now())
        checkSame(
          script.cluster.observe(leader).durableIndex,
          durableIndex,
          'a token that came again made durable up to',
        )
        checkSame(node.appliedIndex, before, 'a token that came again applied up to')
      }
      while (node.writing.length > 0) node.completeWrite(script.cluster.now())
      checkSame(node.appliedIndex, before + 1, 'after its write it has applied up to')
    },
  },
]
