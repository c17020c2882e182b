import { cpus } from 'node:os'
import type { AnyEngineDefinition } from '@quorate/core'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { type EngineFigure, benchmarkEngine } from './engine-benchmark.ts'

const known: Readonly<Record<string, () => AnyEngineDefinition>> = {
  raft: () => raft(),
  zab: () => zab(),
  'multi-paxos': () => multiPaxos(),
}

/** Figures, and what they were made on. */
export interface EngineFigures {
  readonly node: string
  readonly cpu: string | undefined
  readonly cores: number
  readonly figures: readonly EngineFigure[]
}

/** Engine-only throughput at several loads. The engines take turns, so that a busy machine is as unfair to one as to the other. */
export function runEngineBenchmarks(engines: readonly string[]): EngineFigures {
  const names = engines.length > 0 ? engines : Object.keys(known)
  const figures: EngineFigure[] = []
  for (const outstanding of [1, 64, 512, 4096]) {
    for (const name of names) {
      const make = Object.hasOwn(known, name) ? known[name] : undefined
      if (make === undefined)
        throw new Error(`unknown engine "${name}"; there is: ${Object.keys(known).join(', ')}`)
      const figure = benchmarkEngine(make(), outstanding, { commits: outstanding === 1 ? 50_000 : 300_000 })
      figures.push(figure)
      console.error(`${name}, ${outstanding} outstanding: ${figure.commitsPerSecond} commits/s`)
    }
  }
  return { node: process.version, cpu: cpus()[0]?.model.trim(), cores: cpus().length, figures }
}
