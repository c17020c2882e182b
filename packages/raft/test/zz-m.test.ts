import { majorityOf, withWitnesses, type EngineDefinition } from '@quorate/core'
import fc from 'fast-check'
import { it } from 'vitest'
import { refineEngine } from '@quorate/sim'
import { raft, type RaftMessage } from '../src/index.ts'
import { anySchedule, Chaos } from './support/chaos.ts'

it('mutants', () => {
  for (const rule of ['changeBeforeOwnCommit', 'membershipWhenCommitted', 'overlappingChanges', 'leaveJointEarly', 'skipJoint', 'commitOnWitnesses']) {
    const w = rule === 'commitOnWitnesses'
    const membership = w ? withWitnesses(majorityOf([1, 2, 6]), [6]) : majorityOf([1, 2, 3])
    const spares = w ? [3, 4, 5] : [4, 5, 6]
    const found: string[] = []
    const start = Date.now()
    let n = 0
    const schedules = fc.sample(anySchedule(400, 700), { numRuns: 600, seed: 7 })
    for (const choices of schedules) {
      n++
      const definition = refineEngine(raft({ compactionTail: 2, unsafe: { [rule]: true } }), ({ message }) => { throw new Error(message) }) as EngineDefinition<RaftMessage>
      const chaos = new Chaos(3, { membership, spares }, 'changing', definition, w)
      try {
        for (const one of choices) chaos.perform(one)
        chaos.recover()
      } catch (error) { found.push(`${n} ${String(error).slice(0, 150)}`) }
      if (found.length > 2 || Date.now() - start > 60_000) break
    }
    console.log(rule, n, found)
  }
}, 3_600_000)
