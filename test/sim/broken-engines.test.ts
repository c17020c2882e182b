import { type AnyEngineDefinition, type AnyMachineDefinition, type Output } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { type RaftOptions, raft } from '@quorate/raft'
import { type InvariantName, type Scenario, calmDisk, calmNetwork, simulate } from '@quorate/sim'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { wrapEngine } from './support/wrap-engine.ts'
import { mvccWorkload } from 'quorate'
import { type Squall, storm } from './support/storm.ts'

/** The seeds within which each mistake must be found. */
const mostSeeds = 2000

/** A mistake in an engine or machine, and the weather in which it shows. */
interface Mistake {
  readonly name: string
  readonly engine: AnyEngineDefinition
  /** The same without the mistake: it must come through the same weather. */
  readonly right: AnyEngineDefinition
  readonly machine?: AnyMachineDefinition
  readonly squalls: readonly Squall[]
  readonly scenario?: Partial<Scenario>
  readonly invariants: readonly InvariantName[]
}

/** Runs one seed of a mistake's weather. */
function run(mistake: Mistake, seed: number, engine: AnyEngineDefinition): ReturnType<typeof simulate> {
  const scenario: Partial<Scenario> = {
    chaos: 8000,
    operations: 300,
    finalPowerCut: false,
    ...mistake.scenario,
  }
  const plan = storm(seed, scenario.chaos ?? 0, mistake.squalls)
  const machine = mistake.machine ?? mvcc()
  return simulate({
    engine,
    machine: engine === mistake.right ? mvcc() : machine,
    workload: mvccWorkload,
    seed,
    replicas: 3,
    faults: 'none',
    scenario: { ...scenario, plan },
  })
}

const slowNetwork = { network: { ...calmNetwork, minDelay: 10, meanDelay: 20 } }
const slowDisks = { disks: [1, 2, 3].map(() => ({ ...calmDisk, minSync: 5, meanSync: 40 })) }
const crashesAfterElections: Squall = { kind: 'crash', moment: 'elected', every: 200, from: 1, to: 500 }
const crashesDuringSyncs: Squall = { kind: 'crash', moment: 'sync', every: 400, from: 10, to: 500 }
const cutOffLeaders: Squall = { kind: 'isolate', target: 'leader', every: 800, from: 50, to: 1000 }
const pausedLeaders: Squall = { kind: 'pause', target: 'leader', every: 600, from: 200, to: 1500 }

const simpleRaft: RaftOptions = { preVote: false, checkQuorum: false }
const oneByOne: RaftOptions = { maxBatchBytes: 1, maxInflightMessages: 1 }

/** Sends what waits for the disk at once: what a careless host or engine does. */
function sendsBeforeDurable(engine: AnyEngineDefinition): AnyEngineDefinition {
  return wrapEngine(engine, (output: Output) => ({
    ...output,
    send: [...output.send, ...output.sendAfter.flatMap(({ envelopes }) => envelopes)],
    sendAfter: [],
  }))
}

/** A machine whose state depends on something else than the log. */
function hasty(): AnyMachineDefinition {
  const right = mvcc()
  let machines = 0
  return {
    ...right,
    create: () => {
      const machine = right.create()
      const flaw = ++machines
      let applied = 0
      return {
        apply: (command, at, changes) => {
          applied += 1
          return machine.apply(command, at, changes)
        },
        query: (query) => machine.query(query),
        snapshot: () => machine.snapshot(),
        restore: (chunks) => machine.restore(chunks),
        digest: () => (machine.digest() + (applied > 20 && flaw === 3 ? 1 : 0)) >>> 0,
      }
    },
  }
}

const mistakes: readonly Mistake[] = [
  {
    name: 'raft that does not persist its vote',
    engine: raft({ ...simpleRaft, unsafe: { persistNoVote: true } }),
    right: raft(simpleRaft),
    squalls: [
      { ...crashesAfterElections, to: 10 },
      { kind: 'isolate', every: 300, from: 200, to: 1500 },
    ],
    invariants: ['election-safety'],
  },
  {
    name: 'raft that counts its own vote before it is durable',
    engine: raft({ unsafe: { countSelfVoteBeforeDurable: true } }),
    right: raft(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['election-safety'],
  },
  {
    name: 'raft that commits entries of old terms by counting (figure 8)',
    engine: raft({ ...oneByOne, unsafe: { commitOldTerms: true } }),
    right: raft(oneByOne),
    squalls: [{ kind: 'crash', moment: 'elected', target: 'leader', every: 200, from: 10, to: 1500 }],
    scenario: slowNetwork,
    // A replica that is told to drop what it had taken for committed stops by its own assertion, often first.
    invariants: ['agreement', 'leader-completeness', 'assertion'],
  },
  {
    name: 'raft that acknowledges entries before they are durable',
    engine: raft({ unsafe: { ackBeforeDurable: true } }),
    right: raft(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['agreement', 'leader-completeness'],
  },
  {
    name: 'raft whose host sends before the disk has it',
    engine: sendsBeforeDurable(raft()),
    right: raft(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['agreement', 'leader-completeness', 'election-safety', 'assertion'],
  },
  {
    name: 'raft that answers reads without asking a quorum',
    engine: raft({ unsafe: { skipReadConfirmation: true } }),
    right: raft(),
    squalls: [pausedLeaders],
    invariants: ['fresh-reads'],
  },
  {
    name: 'raft that answers reads before it has committed in its own term',
    engine: raft({ unsafe: { skipOwnTermReadGate: true } }),
    right: raft(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['fresh-reads'],
  },
  {
    name: 'zab that acknowledges NEWLEADER before its history is durable',
    engine: zab({ unsafe: { ackNewLeaderBeforeDurable: true } }),
    right: zab(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['agreement', 'leader-completeness'],
  },
  {
    name: 'zab that persists its epoch before the history that it stands for',
    engine: zab({ unsafe: { currentEpochBeforeHistory: true } }),
    right: zab(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['agreement', 'leader-completeness'],
  },
  {
    name: 'zab that votes with its last committed zxid',
    engine: zab({ unsafe: { reportCommittedZxid: true } }),
    right: zab(),
    squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
    scenario: slowDisks,
    invariants: ['agreement', 'leader-completeness'],
  },
  {
    name: 'zab that answers reads without asking a quorum',
    engine: zab({ unsafe: { skipQuorumOnReads: true } }),
    right: zab(),
    squalls: [pausedLeaders],
    invariants: ['fresh-reads'],
  },
  {
    name: 'a machine that is not deterministic',
    engine: raft({ heartbeatInterval: 60 }),
    right: raft(),
    machine: hasty(),
    squalls: [],
    invariants: ['state-digest'],
  },
]

describe.each(mistakes)('$name', (mistake) => {
  it(`is caught within ${mostSeeds} seeds`, () => {
    for (let seed = 1; seed <= mostSeeds; seed++) {
      const { violation, eventLog } = run(mistake, seed, mistake.engine)
      if (violation === undefined) continue
      console.log(`${mistake.name}: seed ${seed}, ${violation.invariant}: ${violation.message}`)
      expect(mistake.invariants).toContain(violation.invariant)
      expect(eventLog.length).toBeGreaterThan(10)
      return
    }
    expect.unreachable('no seed caught it')
  })

  it('is not seen where it is not', () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(run(mistake, seed, mistake.right).violation).toBeUndefined()
    }
  })
})
