import type { AnyEngineDefinition, AnyMachineDefinition } from '@quorate/core'
import { type MvccCommand, mvcc } from '@quorate/mvcc'
import { type MultiPaxosOptions, multiPaxos } from '@quorate/paxos'
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
  type HistoryOperation,
  type PlannedFault,
  Random,
  type RunReport,
  type Scenario,
  type ShrinkResult,
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
import { mvccWorkload, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type Squall, storm } from './support/storm.ts'

/** A mistake, and the weather in which it shows. */
interface Mistake {
  readonly name: string
  readonly engine: AnyEngineDefinition
  /** @default mvcc */
  readonly machine?: AnyMachineDefinition
  /** Undefined: all faults, as seeds draw them. */
  readonly weather?: (seed: number) => readonly PlannedFault[]
  readonly conditions?: Partial<Scenario>
  /** What makes the same run a good one. */
  readonly right: { readonly engine?: AnyEngineDefinition; readonly scenario?: Partial<Scenario> }
  /** From which seed on one that fails is looked for: there are none, or only small ones, below. */
  readonly from: number
}

const chaos = 8000

const slowDisks = { disks: [1, 2, 3].map(() => ({ ...calmDisk, minSync: 5, meanSync: 40 })) }
const slowNetwork = { network: { ...calmNetwork, minDelay: 10, meanDelay: 20 } }
const crashesAfterElections: Squall = { kind: 'crash', moment: 'elected', every: 200, from: 1, to: 500 }
const crashesDuringSyncs: Squall = { kind: 'crash', moment: 'sync', every: 400, from: 10, to: 500 }
const cutOffLeaders: Squall = { kind: 'isolate', target: 'leader', every: 800, from: 50, to: 1000 }

type Weather = NonNullable<Mistake['weather']>

function stormOf(...squalls: Squall[]): Weather {
  return (seed) => storm(seed, chaos, squalls)
}

const crashes = {
  weather: stormOf(crashesAfterElections, crashesDuringSyncs, cutOffLeaders),
  conditions: slowDisks,
}
const pauses = { weather: stormOf({ kind: 'pause', target: 'leader', every: 600, from: 200, to: 1500 }) }

/** Disks that lose what they said was synced, one after the other; it shows when the power is cut in the end. */
const lostSyncs: Weather = (seed) => {
  const random = new Random(seed)
  return Array.from({ length: 5 }, (_, i) => {
    const target = random.integer(1, 3)
    const duration = random.between(300, 1500)
    return { at: 400 * i, action: { kind: 'lost-sync', target, duration, crash: false, downtime: 50 } }
  })
}

type Parts = Pick<Mistake, 'engine' | 'right'>

function brokenRaft(unsafe: NonNullable<RaftOptions['unsafe']>, options: RaftOptions = {}): Parts {
  return { engine: raft({ ...options, unsafe }), right: { engine: raft(options) } }
}

function brokenZab(unsafe: NonNullable<ZabOptions['unsafe']>): Parts {
  return { engine: zab({ unsafe }), right: { engine: zab() } }
}

function brokenPaxos(unsafe: NonNullable<MultiPaxosOptions['unsafe']>): Parts {
  return { engine: multiPaxos({ unsafe }), right: { engine: multiPaxos() } }
}

/** A machine that answers from memory what it was asked before, and still does so after something was deleted. */
function forgetsDeletes(): AnyMachineDefinition {
  const right = mvcc()
  return {
    ...right,
    create: () => {
      const machine = right.create()
      const answers = new Map<string, unknown>()
      return {
        apply: (command, at, changes) => {
          if ((command as MvccCommand).type !== 'deleteRange') answers.clear()
          return machine.apply(command, at, changes)
        },
        query: (query) => {
          const key = JSON.stringify(query)
          if (!answers.has(key)) answers.set(key, machine.query(query))
          return answers.get(key)
        },
        snapshot: () => machine.snapshot(),
        restore: (chunks) => machine.restore(chunks),
        digest: () => machine.digest(),
      }
    },
  }
}

/** Those that break an invariant while things go wrong. */
const early: readonly Mistake[] = [
  { name: 'raft, ackBeforeDurable', ...brokenRaft({ ackBeforeDurable: true }), from: 19 },
  { name: 'raft, skipReadConfirmation', ...brokenRaft({ skipReadConfirmation: true }), ...pauses, from: 1 },
  { name: 'raft, skipOwnTermReadGate', ...brokenRaft({ skipOwnTermReadGate: true }), ...crashes, from: 60 },
  {
    name: 'raft, commitOldTerms',
    ...brokenRaft({ commitOldTerms: true }, { maxBatchBytes: 1, maxInflightMessages: 1 }),
    weather: stormOf({ kind: 'crash', moment: 'elected', target: 'leader', every: 200, from: 10, to: 1500 }),
    conditions: slowNetwork,
    from: 1,
  },
  { name: 'zab, skipQuorumOnReads', ...brokenZab({ skipQuorumOnReads: true }), ...pauses, from: 18 },
  { name: 'zab, reportCommittedZxid', ...brokenZab({ reportCommittedZxid: true }), from: 5 },
  {
    name: 'zab, currentEpochBeforeHistory',
    ...brokenZab({ currentEpochBeforeHistory: true }),
    ...crashes,
    from: 1,
  },
  {
    name: 'zab, ackNewLeaderBeforeDurable',
    ...brokenZab({ ackNewLeaderBeforeDurable: true }),
    ...crashes,
    from: 6,
  },
  {
    name: 'multi-paxos, ignoreAccepted',
    ...brokenPaxos({ ignoreAccepted: true }),
    ...crashes,
    from: 1,
  },
  {
    name: 'multi-paxos, acceptBelowPromise',
    ...brokenPaxos({ acceptBelowPromise: true }),
    ...pauses,
    from: 1,
  },
]

/** Those that show only when things have been mended, or in the history of the clients. */
const late: readonly Mistake[] = [
  {
    name: 'zab, leadWithoutQuorum',
    ...brokenZab({ leadWithoutQuorum: true }),
    weather: stormOf({ kind: 'isolate', target: 'leader', every: 1000, from: 500, to: 2500 }),
    from: 1,
  },
  {
    name: 'raft, on disks that lose what they said was synced',
    engine: raft(),
    weather: lostSyncs,
    conditions: { chaos: 2000, operations: 100, atlas: false, livenessPhase: false, finalPowerCut: true },
    right: { scenario: { atlas: true } },
    from: 2,
  },
  {
    name: 'zab, on a machine that forgets deletes',
    engine: zab(),
    machine: forgetsDeletes(),
    right: {},
    from: 3,
  },
]

type RunParts = Pick<SimulateOptions, 'engine' | 'machine' | 'workload'>

function partsOf({ engine, machine = mvcc() }: Mistake): RunParts {
  return { engine, machine, workload: mvccWorkload }
}

function judge(history: readonly HistoryOperation[]): string | undefined {
  return simulatedMachine('mvcc').judge(history).linearizable === 'no' ? 'history' : undefined
}

/** The invariant that is broken, or `history`; undefined if all went well. */
function brokenIn(report: RunReport): string | undefined {
  return report.violation?.invariant ?? judge(report.history)
}

/** A run of a few hundred events is small already: the first seed that fails only after more. */
const fewestEvents = 1500

function firstFailure(mistake: Mistake): RunReport {
  const { weather, conditions, from } = mistake
  for (let seed = from; seed <= 2000; seed++) {
    const scenario = { chaos, operations: 300, finalPowerCut: false, ...conditions }
    const report = simulate({
      ...partsOf(mistake),
      seed,
      ...(weather && { replicas: 3, faults: 'none', scenario: { ...scenario, plan: weather(seed) } }),
    })
    if (report.steps >= fewestEvents && brokenIn(report) !== undefined) return report
  }
  throw new Error(`no seed shows ${mistake.name}`)
}

const budget = { runs: 1000 }

/** Shrinks the first failure of a mistake, to a fifth of its events at most. */
function shrinkFirst(mistake: Mistake): { report: RunReport; shrunk: ShrinkResult; small: RunReport } {
  const report = firstFailure(mistake)
  const shrunk = shrink(report.scenario, trialsOf({ ...partsOf(mistake), judge }), budget)
  const { scenario, signature, original, smallest, runs, events } = shrunk
  console.log(
    `${mistake.name}: seed ${report.seed}, ${signature}: ${original.steps} events, ${original.faults} faults, ` +
      `${original.calls} calls -> ${smallest.steps}, ${smallest.faults}, ${smallest.calls} ` +
      `(${((100 * smallest.steps) / original.steps).toFixed(1)} %), ${runs} runs, ${events} events`,
  )
  expect(original.steps).toBe(report.steps)
  expect(smallest.steps).toBeLessThanOrEqual(original.steps / 5)
  const small = simulate({ ...partsOf(mistake), seed: scenario.seed, faults: 'none', scenario })
  expect(brokenIn(small)).toBe(brokenIn(report))
  expect(small.steps).toBe(smallest.steps)
  return { report, shrunk, small }
}

describe.each([...early, ...late])('$name', (mistake) => {
  it('fails with a fraction of the events when it is shrunk, and again from its file', () => {
    const { report, shrunk, small } = shrinkFirst(mistake)
    const { scenario, original } = shrunk
    const { name } = mistake.engine
    const notes = notesOf(small, { seed: report.seed, ...original })
    const run = runFileOf({ engine: name, options: {}, machine: 'mvcc', notes }, scenario)
    const text = formatRun(run)
    for (const again of [text, decodeRun(encodeRun(text))]) {
      const replayed = replayRun(parseRun(again), partsOf(mistake))
      expect(replayed.traceHash).toBe(small.traceHash)
      expect(replayed.violation).toEqual(small.violation)
      expect(replayed.history).toEqual(small.history)
    }

    const finding = ['the history is not linearizable']
    const explained = explainRun({ report: small, run, original, finding })
    const { violation } = small
    expect(explained[0]).toBe(violation ? `${violation.invariant}: ${violation.message}` : finding[0])
    expect(explained).toContain(`  run ${name} mvcc seed ${scenario.seed}`)
    if (violation) expect(explained.at(-1)).toBe(small.eventLog.at(-1))

    const right = { engine: mistake.engine, machine: mvcc(), workload: mvccWorkload, ...mistake.right }
    const good = { ...scenario, ...mistake.right.scenario }
    const passed = simulate({ ...right, seed: scenario.seed, faults: 'none', scenario: good })
    expect({ violation: passed.violation, history: judge(passed.history) }).toEqual({})
  })
})

describe.each([
  ['raft', raft()],
  ['zab', zab()],
  ['multi-paxos', multiPaxos()],
])('a run of %s', (name, engine) => {
  it('is the same run from its file, as drawn and with its calls spelled out', () => {
    for (let seed = 1; seed <= 8; seed++) {
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

  it('goes well with the least of time to recover', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const parts = { engine, machine: mvcc(), workload: mvccWorkload }
      const report = simulate({ ...parts, seed, scenario: { recoveryLimit: 0 } })
      expect(report.violation, `seed ${seed}`).toBeUndefined()
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
