import { performance } from 'node:perf_hooks'
import { mvcc } from '@quorate/mvcc'
import { type Scenario, type SimulateOptions, calmDisk, calmNetwork, simulate } from '@quorate/sim'
import type { SimulatedEngine } from 'quorate'
import { putWorkload } from './sim-workload.ts'

const replicas = 5

/** What is run. */
export interface SimSetting {
  /** What the row is called. */
  readonly name: string
  readonly engine: SimulatedEngine
  /** Calls a second of all clients together, whatever has been answered. */
  readonly rate: number
  /** `none`: in `place`. `all`: with network, disks and faults as each seed draws them. */
  readonly faults: 'none' | 'all'
  /** @default {@link dataCentre} */
  readonly place?: Place
}

/** How long things take somewhere. */
export type Place = Pick<Scenario, 'quantum' | 'network' | 'disks'>

/** What one row gave. */
export interface SimFigure {
  readonly name: string
  readonly rate: number
  readonly faults: SimSetting['faults']
  readonly virtualSeconds: number
  readonly realSeconds: number
  /** Virtual seconds to a real one: median of the rounds. */
  readonly ratio: number
  readonly rounds: readonly number[]
  readonly commits: number
  readonly eventsPerCommit: number
  readonly eventsPerSecond: number
  /** Processor time, threads of the garbage collector and compiler included: comparable where others run beside. */
  readonly cpuMicrosecondsPerCommit: number
}

/**
 * A data centre: links of half a millisecond, disks that sync in two. Time moves in steps of a millisecond, and every
 * delay is rounded up to one: so a turn of a replica takes in all that came within a step.
 */
export const dataCentre: Place = {
  quantum: 1000,
  network: { ...calmNetwork, minDelay: 0.2, meanDelay: 0.5 },
  disks: Array.from({ length: replicas }, () => ({ ...calmDisk, minSync: 1.5, meanSync: 2 })),
}

/** Machines in different zones of a cloud: links of two milliseconds, network disks that sync in five. */
export const cloud: Place = {
  quantum: 1000,
  network: { ...calmNetwork, minDelay: 1, meanDelay: 2 },
  disks: Array.from({ length: replicas }, () => ({ ...calmDisk, minSync: 4, meanSync: 5 })),
}

/** What all rows have in common. */
function load(rate: number, seconds: number): Partial<Scenario> {
  return {
    clients: 1,
    operations: rate * seconds,
    chaos: 1000 * seconds,
    wandering: 0,
    requestTimeout: 10_000,
    snapshotEvery: 10_000,
    storage: { segmentBytes: 4 << 20, preallocate: false, chunkBytes: 256 << 10 },
    finalPowerCut: false,
  }
}

function optionsFor(
  { engine, rate, faults, place = dataCentre }: SimSetting,
  seed: number,
  seconds: number,
): SimulateOptions {
  const { definition, checks } = engine
  const conditions = faults === 'none' ? place : {}
  return {
    engine: definition,
    checks,
    machine: mvcc(),
    workload: putWorkload,
    openLoop: true,
    seed,
    replicas,
    faults,
    scenario: { ...load(rate, seconds), ...conditions },
  }
}

interface Round {
  readonly virtual: number
  readonly real: number
  readonly cpu: number
  readonly commits: number
  readonly steps: number
}

function runOnce(options: SimulateOptions): Round {
  const cpuBegan = process.cpuUsage()
  const began = performance.now()
  const { ok, violation, virtualMs, commits, steps } = simulate(options)
  const real = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpuBegan)
  if (!ok) throw new Error(`seed ${options.seed}: ${violation?.invariant}: ${violation?.message}`)
  return { virtual: virtualMs / 1000, real, cpu: user + system, commits, steps }
}

/** One row: a round to warm up, then `rounds` of `seconds` virtual seconds each, a seed for each. */
export function benchmarkSim(
  setting: SimSetting,
  { rounds = 5, seconds = 60 }: { readonly rounds?: number; readonly seconds?: number } = {},
): SimFigure {
  const runs: Round[] = []
  runOnce(optionsFor(setting, 1000, Math.min(seconds, 30)))
  for (let seed = 1; seed <= rounds; seed++) runs.push(runOnce(optionsFor(setting, seed, seconds)))
  const sum = (field: keyof Round): number => runs.reduce((total, run) => total + run[field], 0)
  const ratios = runs.map(({ virtual, real }) => rounded(virtual / real, 1))
  const { name, rate, faults } = setting
  return {
    name,
    rate,
    faults,
    virtualSeconds: Math.round(sum('virtual')),
    realSeconds: rounded(sum('real'), 2),
    ratio: ratios.toSorted((a, b) => a - b)[ratios.length >> 1]!,
    rounds: ratios,
    commits: sum('commits'),
    eventsPerCommit: rounded(sum('steps') / sum('commits'), 1),
    eventsPerSecond: Math.round(sum('steps') / sum('real')),
    cpuMicrosecondsPerCommit: rounded(sum('cpu') / sum('commits'), 1),
  }
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
