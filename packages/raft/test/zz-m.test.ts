import { majorityOf, withWitnesses } from '@quorate/core'
import fc from 'fast-check'
import { it } from 'vitest'
import { refineEngine } from '@quorate/sim'
import { checkedRaft } from './support/checked.ts'
import { anySchedule, Chaos } from './support/chaos.ts'
import { stateOf } from './support/cluster.ts'
import { nameOf } from './support/members.ts'

const tight = { maxInflightMessages: 2, maxBatchBytes: 60, compactionTail: 2, catchUpTail: 4 }
const cases = {
  prevote: [majorityOf([1, 2, 3]), { ...tight, preVote: false }, false, [4, 5, 6]],
  witness: [withWitnesses(majorityOf([1, 2, 6]), [6]), tight, true, [3, 4, 5]],
  tight: [majorityOf([1, 2, 3]), tight, false, [4, 5, 6]],
} as const
it('one', () => {
  const [membership, options, hasWitness, spares] = cases[process.env['CASE'] as keyof typeof cases]
  let dones = 0
  let failures = 0
  const property = fc.property(anySchedule(400, 700), (choices) => {
    const chaos = new Chaos(3, { ...options, membership, spares }, 'changing', refineEngine(checkedRaft(options), (v) => { throw new Error(v.message) }) as never, hasWitness)
    try {
      for (const one of choices) chaos.perform(one)
      chaos.recover()
      for (const n of chaos.cluster.nodes.values()) dones += n.replies.filter((r) => r.type === 'done').length
    } catch (error) {
      failures++
      console.log(String(error))
      for (const id of chaos.cluster.nodes.keys()) {
        if (!chaos.cluster.node(id).running) { console.log(id, 'down'); continue }
        const s = stateOf(chaos.cluster, id)
        console.log(id, s.role, 't', s.term, 'c', s.commit, 'last', s.log.base + s.log.entries.length, 'base', s.log.base, 'snap', s.snapshotIndex, 'blank', s.blank, s.memberships.map((m) => m.index + ':' + nameOf(m.membership) + (m.membership.witnesses ?? '')).join(' / '))
        if (s.leadership) console.log([...s.leadership.progress.values()].map((p) => `${p.node} ${p.phase} m${p.match} n${p.next} q${p.quiet} r${p.round} p${p.paused} w${p.witness}`), s.leadership.change, s.leadership.settled)
      }
      for (const id of chaos.cluster.nodes.keys()) {
        const ev = chaos.cluster.node(id).events.slice(-25)
        for (const e of ev) console.log(id, e.epoch, e.name, JSON.stringify(e.detail))
      }
      throw error
    }
  })
  fc.assert(property, { numRuns: Number(process.env['RAFT_RUNS'] ?? 20), endOnFailure: true, ...(process.env['RAFT_SEED'] ? { seed: Number(process.env['RAFT_SEED']), path: process.env['RAFT_PATH'] ?? '0' } : {}) })
  console.log('dones', dones)
}, 3_600_000)
