import { majorityOf } from '@quorate/core'
import { test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'
import { RandomRun } from './support/random-run.ts'
const base = { maxBatchBytes: 4, maxInFlightMessages: 3, compactionTail: 2, maxUncommittedBytes: 16 }
function rng(seed: number) { let s = seed; return () => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return (s >>> 8) % 1_000_000 } }
test('unsafe', () => {
 for (const rule of ['ackNewLeaderBeforeDurable','currentEpochBeforeHistory','reportCommittedZxid','proposeEpochBeforeDurable','skipQuorumOnReads','none'] as const)
 for (const v of [3, 5]) {
  const found = new Map<string, number>()
  const t0 = Date.now()
  for (let seed = 1; seed <= 400; seed++) {
    const e = new Ensemble(v, { ...base, unsafe: { [rule]: true } }, { membership: majorityOf(Array.from({ length: v }, (_, i) => i + 1)) })
    const r = new RandomRun(e, { links: 'fifo', faults: 14 }); const next = rng(seed * 7919)
    try { r.play(Array.from({ length: 600 }, next)) } catch (x) { const m = (x as Error).message.replace(/[{"].*/, '').slice(0, 60); found.set(m, (found.get(m) ?? 0) + 1) }
  }
  console.log('RES', rule, v, JSON.stringify([...found]), Date.now() - t0)
 }
}, 1e9)
