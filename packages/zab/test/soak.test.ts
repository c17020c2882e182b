import { appendFileSync } from 'node:fs'
import { majorityOf } from '@quorate/core'
import { test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'
import { RandomRun } from './support/random-run.ts'
const options = { maxBatchBytes: 4, maxInFlightMessages: 3, compactionTail: 2, maxUncommittedBytes: 16 }
function rng(seed: number) {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return (s >>> 8) % 1_000_000
  }
}
test('soak', () => {
  const [from, to] = process.env['SEEDS']!.split('-').map(Number)
  const configs = [
    [3, 0, 'fifo', 6, 600],
    [3, 0, 'fifo', 14, 600],
    [5, 0, 'fifo', 10, 600],
    [3, 1, 'fifo', 10, 500],
    [3, 0, 'any', 14, 600],
    [4, 2, 'fifo', 10, 500],
    [5, 0, 'any', 20, 500],
  ] as const
  for (let seed = from!; seed <= to!; seed++) {
    const [v, o, links, faults, len] = configs[seed % configs.length]!
    const ids = Array.from({ length: v }, (_, i) => i + 1)
    const e = new Ensemble(v + o, options, {
      membership: majorityOf(
        ids,
        Array.from({ length: o }, (_, i) => v + i + 1),
      ),
    })
    const r = new RandomRun(e, { links, faults })
    const next = rng(seed * 7919)
    const list = Array.from({ length: len }, next)
    try {
      r.play(list)
      if (links === 'fifo') {
        r.recoverAll(8000)
        const leader = [...e.nodes.keys()].find((id) => e.observe(id).established)
        e.propose(leader!, 'last')
        e.settle()
        const ends = new Set([...e.nodes.values()].map((n) => n.appliedIndex))
        if (ends.size !== 1 || e.observe(leader!).lastIndex !== [...ends][0])
          throw new Error('ends ' + [...ends])
      }
    } catch (x) {
      appendFileSync(
        '/tmp/soak.txt',
        JSON.stringify({ seed, cfg: [v, o, links, faults], error: (x as Error).message.slice(0, 300) }) +
          '\n',
      )
    }
    if (seed % 100 === 0) appendFileSync('/tmp/soak-progress.txt', seed + '\n')
  }
}, 1e9)
