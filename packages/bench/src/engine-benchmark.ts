import { performance } from 'node:perf_hooks'
import type { EngineDefinition } from '@quorate/core'
import { EngineLoop } from './engine-loop.ts'

/** What one setting gave. */
export interface EngineFigure {
  readonly engine: string
  readonly replicas: number
  readonly outstanding: number
  readonly commandBytes: number
  /** Median of the rounds. */
  readonly commitsPerSecond: number
  readonly rounds: readonly number[]
}

/** Defaults: 3 replicas, 256 bytes, 5 rounds of 200,000 commits. */
export interface EngineBenchmarkOptions {
  readonly replicas?: number
  readonly commandBytes?: number
  readonly rounds?: number
  readonly commits?: number
}

/** Engine-only throughput: three replicas in one thread, in memory. */
export function benchmarkEngine(
  definition: EngineDefinition,
  outstanding: number,
  options: EngineBenchmarkOptions = {},
): EngineFigure {
  const { replicas = 3, commandBytes = 256, rounds = 5, commits = 200_000 } = options
  const loop = new EngineLoop(definition, replicas)
  const data = new Uint8Array(commandBytes)
  const warmUp = Math.min(commits, 50_000)
  loop.run(warmUp, outstanding, data)
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    loop.run(commits, outstanding, data)
    rates.push(Math.round((commits * 1000) / (performance.now() - began)))
  }
  const median = rates.toSorted((a, b) => a - b)[rates.length >> 1]!
  return {
    engine: definition.name,
    replicas,
    outstanding,
    commandBytes,
    commitsPerSecond: median,
    rounds: rates,
  }
}
