// Measures the log store on a real disk: latency and processor time of a write with its sync, throughput with writes
// in flight, recovery. Prints JSON.
//   node packages/runtime/bench/storage.mjs [directory] [--no-preallocate] [--recovery <entries>]
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { makeEntry } from '@quorate/core'
import { openNodeStorage } from '../dist/index.js'

const args = process.argv.slice(2)
const flag = (name) => args.includes(name)
const valueOf = (name, otherwise) => (flag(name) ? Number(args[args.indexOf(name) + 1]) : otherwise)
const parent = args.find((arg) => arg.startsWith('/')) ?? os.tmpdir()
const directory = fs.mkdtempSync(path.join(parent, 'quorate-bench-'))
const identity = { cluster: 'bench', engine: 'raft', machine: { name: 'none', version: 1 }, node: 1 }
const options = { preallocate: !flag('--no-preallocate') }
const data = new Uint8Array(256).fill(7)

let index = 0
function batch(count) {
  const entries = []
  for (let i = 0; i < count; i++) {
    index += 1
    entries.push(makeEntry(index, 1, 1, 'command', { replica: 1, sequence: index }, data))
  }
  return [{ type: 'append', entries }]
}

function summary(latencies, count, milliseconds, cpu, counters) {
  const sorted = Float64Array.from(latencies).sort()
  const at = (q) => +sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))].toFixed(3)
  const rounds = latencies.length
  return {
    entriesPerSecond: Math.round((rounds * count) / (milliseconds / 1000)),
    writeMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    cpuUsPerWrite: +((cpu.user + cpu.system) / rounds).toFixed(1),
    userUsPerWrite: +(cpu.user / rounds).toFixed(1),
    fsyncsPerWrite: +(counters.fsyncs / rounds).toFixed(2),
    megabytesPerSecond: +(counters.bytes / 1e6 / (milliseconds / 1000)).toFixed(1),
  }
}

/** `depth` writes of `count` entries are always under way. */
function measure(log, count, rounds, depth) {
  return new Promise((resolve) => {
    const latencies = []
    const before = { ...log.counters }
    const cpu = process.cpuUsage()
    const start = performance.now()
    let begun = 0
    const next = () => {
      if (begun === rounds) return
      begun += 1
      const at = performance.now()
      log.write(batch(count), true, (error) => {
        if (error) throw error
        latencies.push(performance.now() - at)
        if (latencies.length === rounds) {
          const { fsyncs, bytes } = log.counters
          resolve(
            summary(latencies, count, performance.now() - start, process.cpuUsage(cpu), {
              fsyncs: fsyncs - before.fsyncs,
              bytes: bytes - before.bytes,
            }),
          )
        }
        next()
      })
    }
    for (let i = 0; i < depth; i++) next()
  })
}

const results = { node: process.version, options }
let storage = await openNodeStorage(directory, identity, options)
await measure(storage.log, 64, 300, 1)
for (const [count, rounds, depth] of [
  [1, 4000, 1],
  [1, 20000, 16],
  [64, 3000, 1],
  [64, 3000, 4],
  [512, 600, 1],
]) {
  results[`${count} entries, ${depth} under way`] = await measure(storage.log, count, rounds, depth)
}
await storage.close()
fs.rmSync(directory, { recursive: true })

const wanted = valueOf('--recovery', 1_000_000)
if (wanted > 0) {
  fs.mkdirSync(directory)
  index = 0
  storage = await openNodeStorage(directory, identity, options)
  await measure(storage.log, 64, Math.ceil(wanted / 64), 4)
  await storage.close()
  globalThis.gc?.()
  const before = process.memoryUsage()
  const start = performance.now()
  storage = await openNodeStorage(directory, identity, options)
  const milliseconds = performance.now() - start
  globalThis.gc?.()
  const after = process.memoryUsage()
  const megabytes = (bytes) => Math.round(bytes / 1e6)
  results.recovery = {
    entries: storage.log.recovery.entries,
    milliseconds: Math.round(milliseconds),
    logMegabytes: megabytes(index * 297),
    heapMegabytes: megabytes(after.heapUsed - before.heapUsed),
    buffersMegabytes: megabytes(after.arrayBuffers - before.arrayBuffers),
    residentMegabytes: megabytes(after.rss),
  }
  await storage.close()
  fs.rmSync(directory, { recursive: true })
}
console.log(JSON.stringify(results, undefined, 2))
