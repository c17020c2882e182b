import { type Membership, majorityOf, membersOf } from '@quorate/core'
import type { EngineOptions } from '@quorate/scenario'
import { type FaultChoice, Random, Simulation } from '@quorate/sim'
import { simulatedEngine, simulatedMachine } from 'quorate'
import { type Change, changes, drawMembership } from './random-membership.ts'

export const all = [1, 2, 3, 4, 5]
/** Nothing here harms what is on disks. */
const harmless = [
  'loss',
  'duplicate',
  'reorder',
  'partition',
  'isolate',
  'bridge',
  'break',
  'flap',
  'hold',
  'crash',
  'power-cut',
  'kill',
  'pause',
] as const

/** What a {@link ChangingRun} is of. */
export interface ChangingOptions {
  readonly engine: string
  /** Options of the engine that differ from run to run. */
  readonly drawn?: (random: Random) => EngineOptions
  readonly options?: EngineOptions
  /** What is really asked for when that membership is drawn. */
  readonly adapt?: (membership: Membership) => Membership
  /** What may go wrong. Default: nothing that harms what is on disks. */
  readonly faults?: FaultChoice
  /** Is in most runs a core healed first, and everything else frozen? Default: false. */
  readonly livenessPhase?: boolean
}

/** A run of five replicas, three of them voters at first, whose members change again and again. */
export class ChangingRun {
  readonly simulation: Simulation
  /** Those that were made, as far as whoever asked for them knows. */
  readonly done: Change[] = []
  /** How all of them ended. */
  readonly endings: string[] = []
  private readonly random: Random
  private readonly adapt: (membership: Membership) => Membership

  constructor(
    seed: number,
    { engine: name, drawn, options, adapt, faults = harmless, livenessPhase = false }: ChangingOptions,
  ) {
    this.random = new Random(seed).split('changes')
    this.adapt = adapt ?? ((membership) => membership)
    const engine = simulatedEngine(name, {
      ...drawn?.(this.random),
      compactionTail: Math.round(this.random.magnitude(1, 200)),
      maxBatchBytes: Math.round(this.random.magnitude(100, 10_000)),
      ...options,
    })
    const { definition: machine, workload } = simulatedMachine('mvcc')
    this.simulation = new Simulation({
      engine: engine.definition,
      checks: engine.checks,
      excuses: engine.excuses,
      machine,
      workload,
      seed,
      faults,
      membership: majorityOf([1, 2, 3]),
      scenario: { replicas: all.length, ...(!livenessPhase && { livenessPhase }) },
    })
    const { chaos } = this.simulation.scenario
    for (let at = 0; at < chaos; at += this.random.exponential(chaos / 12)) this.changeAt(at)
  }

  private changeAt(at: number): void {
    const { cluster } = this.simulation
    cluster.scheduler.after(at, 'control', undefined, () => {
      const change = this.random.pick(changes)
      const membership = drawMembership(this.random, change, cluster.membership, all)
      const { leader } = cluster
      if (leader === undefined || membership === undefined) return
      cluster.reconfigure(leader, this.adapt(membership), ({ type }) => {
        this.endings.push(type)
        if (type === 'ok') this.done.push(change)
      })
    })
  }

  /** The membership as the decided log has it, and as each of its members sees it. */
  get memberships(): { readonly decided: Membership; readonly seen: readonly (Membership | undefined)[] } {
    const { cluster } = this.simulation
    const decided = cluster.membership
    return { decided, seen: membersOf(decided).map((id) => cluster.node(id).process?.view?.membership) }
  }
}

/** How often each thing has been seen. */
export class Counts {
  readonly counts = new Map<string, number>()

  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count)
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0
  }
}
