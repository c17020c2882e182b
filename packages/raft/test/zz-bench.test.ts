import { it } from 'vitest'
import { EngineLoop } from '../../bench/src/engine-loop.ts'
import { raft as now } from '../src/index.ts'
// @ts-ignore
import { raft as before } from './zz-base/index.ts'
it('bench', () => {
  const data = new Uint8Array(256)
  for (const outstanding of [1, 64, 512]) {
    const loops = { now: new EngineLoop(now() as never, 3), before: new EngineLoop(before() as never, 3) }
    const best: Record<string, number[]> = { now: [], before: [] }
    for (let round = 0; round < 16; round++) for (const name of (round % 2 ? ['now', 'before'] : ['before', 'now']) as ('now' | 'before')[]) {
      const count = outstanding === 1 ? 20_000 : 100_000
      const t = process.cpuUsage()
      loops[name].run(count, outstanding, data)
      const u = process.cpuUsage(t)
      best[name]!.push(Math.round(count / ((u.user + u.system) / 1e6)))
    }
    const show = (l: number[]) => { const s = [...l].sort((a, b) => b - a); return `max ${s[0]} median ${s[8]}` }
    console.log(outstanding, 'now', show(best.now!), '| before', show(best.before!))
  }
}, 600_000)
