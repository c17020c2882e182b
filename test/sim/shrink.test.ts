import type { AnyEngineDefinition } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { type RaftOptions, raft } from '@quorate/raft'
import {
  decodeRun,
  encodeRun,
  explainRun,
  formatRun,
  notesOf,
  parseRun,
  replayRun,
  runFileOf,
} from '@quorate/scenario'
import {
  type RunReport,
  type Scenario,
  type SimulateOptions,
  Simulation,
  calmDisk,
  calmNetwork,
  drawScenario,
  shrink,
  simulate,
  trialsOf,
} from '@quorate/sim'
import { type ZabOptions, zab } from '@quorate/zab'
import { mvccWorkload } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type Squall, storm } from './support/storm.ts'

/** A mistake in an engine, and the weather in which it shows. */
interface Mutant {
  readonly name: string
  readonly engine: AnyEngineDefinition
  /** Undefined: all faults, as seeds draw them. */
  readonly squalls?: readonly Squall[]
  readonly conditions?: Partial<Scenario>
  /** What is left at most of the events. Half of them where a failure takes a rare coincidence. @default a fifth */
  readonly share?: number
}

const slowDisks = { disks: [1, 2, 3].map(() => ({ ...calmDisk, minSync: 5, meanSync: 40 })) }
const slowNetwork = { network: { ...calmNetwork, minDelay: 10, meanDelay: 20 } }
const crashesAfterElections: Squall = { kind: 'crash', moment: 'elected', every: 200, from: 1, to: 500 }
const crashesDuringSyncs: Squall = { kind: 'crash', moment: 'sync', every: 400, from: 10, to: 500 }
const cutOffLeaders: Squall = { kind: 'isolate', target: 'leader', every: 800, from: 50, to: 1000 }
const crashes = { squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders], conditions: slowDisks }
const pauses: { squalls: readonly Squall[] } = {
  squalls: [{ kind: 'pause', target: 'leader', every: 600, from: 200, to: 1500 }],
}

function brokenRaft(
  unsafe: NonNullable<RaftOptions['unsafe']>,
  options: RaftOptions = {},
): AnyEngineDefinition {
  return raft({ ...options, unsafe })
}

function brokenZab(unsafe: NonNullable<ZabOptions['unsafe']>): AnyEngineDefinition {
  return zab({ unsafe })
}

const mutants: readonly Mutant[] = [
  { name: 'raft, ackBeforeDurable', engine: brokenRaft({ ackBeforeDurable: true }) },
  { name: 'raft, skipReadConfirmation', engine: brokenRaft({ skipReadConfirmation: true }), ...pauses },
  {
    name: 'raft, skipOwnTermReadGate',
    engine: brokenRaft({ skipOwnTermReadGate: true }),
    ...crashes,
    share: 0.5,
  },
  {
    name: 'raft, commitOldTerms',
    engine: brokenRaft({ commitOldTerms: true }, { maxBatchBytes: 1, maxInflightMessages: 1 }),
    squalls: [{ kind: 'crash', moment: 'elected', target: 'leader', every: 200, from: 10, to: 1500 }],
    conditions: slowNetwork,
  },
  { name: 'zab, skipQuorumOnReads', engine: brokenZab({ skipQuorumOnReads: true }), ...pauses },
  { name: 'zab, reportCommittedZxid', engine: brokenZab({ reportCommittedZxid: true }) },
  {
    name: 'zab, currentEpochBeforeHistory',
    engine: brokenZab({ currentEpochBeforeHistory: true }),
    ...crashes,
  },
  {
    name: 'zab, ackNewLeaderBeforeDurable',
    engine: brokenZab({ ackNewLeaderBeforeDurable: true }),
    ...crashes,
  },
]

function optionsOf({ engine }: Mutant): Pick<SimulateOptions, 'engine' | 'machine' | 'workload'> {
  return { engine, machine: mvcc(), workload: mvccWorkload }
}

/** A run of a few hundred events is small already: the first seed that fails only after more. */
const fewestEvents = 1500

function firstFailure(mutant: Mutant): RunReport {
  const { squalls, conditions } = mutant
  for (let seed = 1; seed <= 2000; seed++) {
    const calm = { chaos: 8000, operations: 300, finalPowerCut: false, ...conditions }
    const report = simulate({
      ...optionsOf(mutant),
      seed,
      ...(squalls && {
        replicas: 3,
        faults: 'none',
        scenario: { ...calm, plan: storm(seed, calm.chaos, squalls) },
      }),
    })
    if (!report.ok && report.steps >= fewestEvents) return report
  }
  throw new Error(`no seed shows ${mutant.name}`)
}

describe.each(mutants)('$name', (mutant) => {
  it('fails with a fraction of the events when it is shrunk, and again from its file', () => {
    const report = firstFailure(mutant)
    const { invariant } = report.violation!
    const { scenario, signature, original, smallest, runs, events } = shrink(
      report.scenario,
      trialsOf(optionsOf(mutant)),
      { runs: 1000 },
    )
    console.log(
      `${mutant.name}: seed ${report.seed}, ${signature}: ${original.steps} events, ${original.faults} faults, ` +
        `${original.calls} calls -> ${smallest.steps}, ${smallest.faults}, ${smallest.calls} ` +
        `(${((100 * smallest.steps) / original.steps).toFixed(1)} %), ${runs} runs, ${events} events`,
    )
    expect(original.steps).toBe(report.steps)
    expect(smallest.steps).toBeLessThanOrEqual(original.steps * (mutant.share ?? 0.2))

    const small = simulate({ ...optionsOf(mutant), seed: scenario.seed, faults: 'none', scenario })
    expect(small.violation?.invariant).toBe(invariant)
    expect(small.steps).toBe(smallest.steps)

    const notes = notesOf(small, { seed: report.seed, ...original })
    const run = runFileOf({ engine: 'raft', options: {}, machine: 'mvcc', notes }, scenario)
    const text = formatRun(run)
    for (const again of [text, decodeRun(encodeRun(text))]) {
      const replayed = replayRun(parseRun(again), optionsOf(mutant))
      expect(replayed.traceHash).toBe(small.traceHash)
      expect(replayed.violation).toEqual(small.violation)
    }
    const explained = explainRun({ report: small, run, original })
    expect(explained[0]).toBe(`${invariant}: ${small.violation!.message}`)
    expect(explained).toContain(`  run raft mvcc seed ${scenario.seed}`)
    expect(explained.at(-1)).toBe(small.eventLog.at(-1))
  })
})

describe.each([
  ['raft', raft()],
  ['zab', zab()],
])('a run of %s', (name, engine) => {
  it('is the same run from its file, as drawn and with its calls spelled out', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const parts = { engine, machine: mvcc(), workload: mvccWorkload }
      const simulation = new Simulation({ ...parts, seed })
      const { traceHash, ok } = simulation.run()
      expect(ok).toBe(true)
      const drawn = drawScenario({ engine, seed })
      for (const scenario of [drawn, { ...drawn, calls: simulation.calls }]) {
        const run = runFileOf({ engine: name, options: {}, machine: 'mvcc' }, scenario)
        expect(replayRun(parseRun(formatRun(run)), parts).traceHash, `seed ${seed}`).toBe(traceHash)
      }
    }
  })

  it('shows its events', () => {
    const scenario = drawScenario({ engine, seed: 1 })
    const lines: string[] = []
    const run = runFileOf({ engine: name, options: {}, machine: 'mvcc' }, scenario)
    replayRun(
      run,
      { engine, machine: mvcc(), workload: mvccWorkload },
      { onLine: (line) => lines.push(line) },
    )
    expect(lines[0]).toContain('starts')
    expect(lines.at(-1)).toContain('the run ends well')
  })
})
