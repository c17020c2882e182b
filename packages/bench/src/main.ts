import { cpus } from 'node:os'
import type { AnyEngineDefinition } from '@quorate/core'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { type EngineFigure, benchmarkEngine } from './engine-benchmark.ts'

/** `npm run bench`: engine-only figures as JSON. With arguments: the engines to run. */
const known: Readonly<Record<string, () => AnyEngineDefinition>> = { raft: () => raft(), zab: () => zab() }
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(known)
const figures: EngineFigure[] = []
for (const outstanding of [1, 64, 512, 4096]) {
  // The engines take turns, so that a busy machine is as unfair to one as to the other.
  for (const name of names) {
    const make = known[name]
    if (make === undefined) throw new Error(`unknown engine "${name}"; there is: ${Object.keys(known).join(', ')}`)
    const commits = outstanding === 1 ? 20_000 : 200_000
    figures.push(benchmarkEngine(make(), outstanding, { commits }))
    console.error(`${name}, ${outstanding} outstanding: ${figures.at(-1)!.commitsPerSecond} commits/s`)
  }
}
const [cpu] = cpus()
console.log(JSON.stringify({ node: process.version, cpu: cpu?.model.trim(), cores: cpus().length, figures }, null, 2))
