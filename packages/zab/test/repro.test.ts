import { readFileSync } from 'node:fs'
import { majorityOf } from '@quorate/core'
import { test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'
import { RandomRun } from './support/random-run.ts'
const options = { maxBatchBytes: 4, maxInFlightMessages: 3, compactionTail: 2, maxUncommittedBytes: 16 }
test('repro', () => {
  const [v, o, links, faults] = JSON.parse(process.env['CFG']!)
  const ids = Array.from({ length: v }, (_, i) => i + 1)
  const e = new Ensemble(v + o, options, {
    membership: majorityOf(
      ids,
      Array.from({ length: o }, (_, i) => v + i + 1),
    ),
  })
  const log: string[] = []
  for (const n of e.nodes.values()) {
    const push = n.events.push.bind(n.events)
    n.events.push = (...ev) => {
      for (const x of ev) log.push(`${e.time} EV n${n.id} ${x.name} ${JSON.stringify(x.detail)}`)
      return push(...ev)
    }
  }
  const c = e.crash.bind(e)
  e.crash = (id) => {
    log.push('CRASH ' + id)
    c(id)
  }
  const st = e.start.bind(e)
  e.start = (id) => {
    log.push('START ' + id)
    st(id)
  }
  const arr = (e as any).arrive.bind(e)
  ;(e as any).arrive = (f: any) => {
    log.push(
      `${f.from}->${f.to} ${JSON.stringify({ ...f.message, entries: f.message.entries?.map((x: any) => x.epoch + ':' + x.index) })}`,
    )
    arr(f)
  }
  const r = new RandomRun(e, { links, faults })
  try {
    r.play(JSON.parse(readFileSync(process.env['CE']!, 'utf8')))
    if (links === 'fifo') {
      log.push('RECOVER')
      r.recoverAll(8000)
      const leader = [...e.nodes.keys()].find((id) => e.observe(id).established)
      log.push('LAST')
      e.propose(leader!, 'last')
      e.settle()
      for (const id of e.nodes.keys()) log.push(JSON.stringify(e.observe(id)) + e.node(id).appliedIndex)
    }
  } catch (x) {
    log.push('ERR ' + (x as Error).message)
  }
  for (const l of log.slice(-Number(process.env['TAIL'] ?? 120))) console.log('L ' + l)
})
