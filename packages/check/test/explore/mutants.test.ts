import type { EngineDefinition } from '@quorate/core'
import * as raftPackage from '@quorate/raft'
import { raft, type RaftMessage, type RaftOptions, type UnsafeRaftRules } from '@quorate/raft'
import { applyMove, EngineCluster } from '@quorate/sim'
import * as zabPackage from '@quorate/zab'
import { type UnsafeRules, zab, type ZabMessage, type ZabOptions } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import type { EngineScope } from '../../src/explore/engine-model/scope.ts'
import { type Counterexample, exploreEngine, type ExploreOptions } from '../../src/explore/explore-engine.ts'
import { Script } from './support/script.ts'

interface Mutant<Rules, Options> {
  readonly rule: keyof Rules
  /** What shows it, first. */
  readonly shows: string
  /** Steps from where the exploration starts: no fewer do. */
  readonly steps: number
  /** It is found within so many states. */
  readonly within: number
  readonly scope: Omit<EngineScope, 'from'>
  readonly options?: Options
  readonly symmetry?: boolean
}

/** Where an exploration starts, if not at the start. */
type Opening<M extends RaftMessage | ZabMessage> = (script: Script<M>) => unknown

const election = { timeouts: { election: 2 } }

/** A leader, 1, whose first entry everyone holds; 2 and 3 do not know yet that it is committed. */
const led: Opening<RaftMessage> = (script) => script.timeout(1, 'election').settle()
const isAppend = ({ message }: { readonly message: RaftMessage }): boolean => message.type === 'AppendEntries'

const raftMutants: readonly (Mutant<UnsafeRaftRules, RaftOptions> & {
  readonly opening?: Opening<RaftMessage>
})[] = [
  {
    rule: 'forgetVoteOnStepDown',
    shows: 'assertion',
    steps: 5,
    within: 500,
    scope: { replicas: 3, ...election },
    symmetry: true,
  },
  {
    rule: 'countSelfVoteBeforeDurable',
    shows: 'election-safety',
    steps: 9,
    within: 20_000,
    scope: { replicas: 3, crashes: 1, ...election },
    symmetry: true,
  },
  {
    rule: 'persistNoVote',
    shows: 'election-safety',
    steps: 10,
    within: 20_000,
    scope: { replicas: 3, crashes: 1, ...election },
    symmetry: true,
  },
  {
    rule: 'ackBeforeDurable',
    shows: 'durability',
    steps: 7,
    within: 2_000,
    scope: { replicas: 3, crashes: 1, ...election },
    symmetry: true,
  },
  {
    rule: 'skipReadConfirmation',
    shows: 'fresh-reads',
    steps: 10,
    within: 20_000,
    opening: led,
    scope: { replicas: 3, proposals: 1, reads: 1, ...election },
  },
  {
    rule: 'skipOwnTermReadGate',
    shows: 'fresh-reads',
    steps: 7,
    within: 5_000,
    opening: (script) => (led(script), script.propose(1, 'x').settleAmong(1, 2)),
    scope: { replicas: 3, reads: 1, ...election },
  },
  {
    rule: 'reuseReadRounds',
    shows: 'fresh-reads',
    steps: 11,
    within: 400_000,
    // The answer to a heartbeat is on its way while its leader is deposed.
    opening: (script) => (
      led(script),
      script.timeout(1, 'heartbeat').settle((f) => f.message.type === 'Heartbeat' && f.to === 2)
    ),
    scope: { replicas: 3, proposals: 1, reads: 1, ...election },
  },
  {
    // Figure 8 of the paper: 1 led term 1 and 3 led term 2, each with entries that nobody else has.
    rule: 'commitOldTerms',
    shows: 'leader-completeness',
    steps: 11,
    within: 600_000,
    options: { maxBatchBytes: 1 },
    opening: (script) => {
      script
        .timeout(1, 'election')
        .settle((f) => !isAppend(f))
        .propose(1, 'xx')
      script.timeout(3, 'election').settle((f) => !isAppend(f))
    },
    scope: { replicas: 3, ...election },
  },
  {
    // The rule tells replicas apart by their place in the list, so replicas must not be taken for one another.
    rule: 'unsortedQuorumScan',
    shows: 'durability',
    steps: 3,
    within: 100,
    scope: { replicas: 3, timeouts: { election: 1 } },
  },
  {
    rule: 'commitAloneBeforeDurable',
    shows: 'durability',
    steps: 4,
    within: 100,
    scope: { replicas: 1, proposals: 1, crashes: 1, ...election },
  },
  {
    // The ABA race: 2 is still writing an entry of 1, who has lost it in a crash and comes back to lead another term.
    rule: 'trustOvertakenWrites',
    shows: 'durability',
    steps: 13,
    within: 10_000,
    opening: (script) => {
      script.timeout(1, 'election').settle(
        (f) => !isAppend(f) && f.to !== 3,
        (node) => !script.cluster.observe(node).established,
      )
      script.play({ type: 'deliver', from: 1, to: 2, position: 0 }).crash(1).start(1)
    },
    scope: { replicas: 3, timeouts: { election: 1, heartbeat: 1 }, writes: 'choice' },
  },
  {
    rule: 'purgedPrevIsConflict',
    shows: 'assertion',
    steps: 7,
    within: 10_000,
    options: { compactionTail: 0 },
    opening: led,
    scope: { replicas: 3, proposals: 2, duplicates: 1, snapshots: 1, timeouts: {} },
  },
]

/** 3 leads epoch 1 with all. */
const zabLed: Opening<ZabMessage> = (script) => script.settle()
/** 3 has an entry that nobody else has, and has been started again; 1 is down. */
const zabAhead: Opening<ZabMessage> = (script) => {
  script.settle().propose(3, 'x').play({ type: 'persist', node: 3 })
  script.crash(1).crash(3).start(3)
}

const zabMutants: readonly (Mutant<UnsafeRules, ZabOptions> & { readonly opening?: Opening<ZabMessage> })[] =
  [
    {
      rule: 'ackNewLeaderBeforeDurable',
      shows: 'durability',
      steps: 16,
      within: 500,
      opening: zabAhead,
      scope: { replicas: 3, timeouts: {}, writes: 'choice' },
    },
    {
      // 1 and 3 hold a committed entry; 2 is about to hear NEWLEADER of epoch 2 from 3.
      rule: 'currentEpochBeforeHistory',
      shows: 'durability',
      steps: 13,
      within: 150_000,
      opening: (script) => {
        script.settle().crash(2).propose(3, 'x').settle()
        script
          .crash(1)
          .start(2)
          .settle((f) => f.message.type !== 'NEWLEADER')
      },
      scope: { replicas: 3, crashes: 2, restarts: 2, timeouts: {} },
    },
    {
      // 1 holds an entry that is committed, and does not know it.
      rule: 'reportCommittedZxid',
      shows: 'leader-completeness',
      steps: 10,
      within: 1_000,
      opening: (script) =>
        script
          .settle()
          .propose(3, 'x')
          .settle((f) => f.message.type !== 'COMMIT' && f.to !== 2),
      scope: { replicas: 3, crashes: 1, restarts: 0, timeouts: {} },
    },
    {
      // 1 has promised epoch 1 to 2, whose own disk does not have it yet.
      rule: 'proposeEpochBeforeDurable',
      shows: 'election-safety',
      steps: 9,
      within: 20_000,
      opening: (script) =>
        script
          .crash(3)
          .settle(undefined, (node) => node !== 2)
          .crash(1),
      scope: { replicas: 3, crashes: 1, restarts: 2, timeouts: {} },
    },
    {
      // 1 and 2 have not heard of 3 for long enough to look for another leader; 3 has not noticed.
      rule: 'skipQuorumOnReads',
      shows: 'fresh-reads',
      steps: 16,
      within: 400_000,
      options: { syncLimit: 1, initLimit: 1 },
      opening: (script) => {
        zabLed(script)
        script.timeout(1, 'tick').timeout(1, 'tick').timeout(2, 'tick').timeout(2, 'tick')
      },
      scope: { replicas: 3, proposals: 1, reads: 1, timeouts: { finalize: 2 } },
    },
    {
      rule: 'ackBeforeDurable',
      shows: 'durability',
      steps: 3,
      within: 100,
      opening: zabLed,
      scope: { replicas: 3, proposals: 1, timeouts: {}, writes: 'choice' },
    },
    {
      rule: 'applyOnSync',
      shows: 'durability',
      steps: 13,
      within: 500,
      opening: zabAhead,
      scope: { replicas: 3, timeouts: {}, writes: 'choice' },
    },
    {
      // 3 comes back with an entry of epoch 1 where another was decided in epoch 2.
      rule: 'skipTruncation',
      shows: 'agreement',
      steps: 11,
      within: 500,
      opening: (script) => {
        script.settle().propose(3, 'x').play({ type: 'persist', node: 3 })
        script.crash(3).settle().propose(2, 'y').settle().start(3)
      },
      scope: { replicas: 3, timeouts: {} },
    },
    {
      // 1 and 2 have promised epoch 1 to 2, which does not know it yet.
      rule: 'persistNoPromise',
      shows: 'election-safety',
      steps: 14,
      within: 100_000,
      opening: (script) => script.crash(3).settle((f) => f.message.type !== 'ACKEPOCH'),
      scope: { replicas: 3, crashes: 1, restarts: 2, timeouts: {} },
    },
    {
      // 1 holds an entry that is committed, and does not know it; 3 has the highest id and nothing else.
      rule: 'electById',
      shows: 'durability',
      steps: 12,
      within: 2_000,
      opening: (script) =>
        script
          .crash(3)
          .settle()
          .propose(2, 'x')
          .settle((f) => f.message.type !== 'COMMIT'),
      scope: { replicas: 3, crashes: 1, restarts: 1, timeouts: {} },
    },
    {
      // 1 has an entry of epoch 1 where 2, established with 3 in epoch 2, has none yet; 1 connects to 2.
      rule: 'countEpochAcks',
      shows: 'durability',
      steps: 6,
      within: 500,
      opening: (script) => {
        script.crash(3).settle().propose(2, 'y')
        script.settle(
          (f) => f.to === 1,
          (node) => node === 1,
        )
        script.crash(2).crash(1).start(2).start(3).settle().start(1)
      },
      scope: { replicas: 3, proposals: 1, timeouts: {} },
    },
    {
      // Figure 8 of the Raft paper in Zab: 3 leads epoch 3 with an entry of epoch 1; 2, who is down, has one of epoch 2.
      rule: 'ignoreEpochInVotes',
      shows: 'durability',
      steps: 13,
      within: 1_000,
      opening: (script) => {
        script.settle().propose(3, 'x').play({ type: 'persist', node: 3 }).crash(3)
        script.settle().propose(2, 'y').play({ type: 'persist', node: 2 }).crash(2).start(3)
        script.settle((f) => f.message.type !== 'UPTODATE' && f.message.type !== 'COMMIT')
      },
      scope: { replicas: 3, crashes: 1, restarts: 1, timeouts: {} },
    },
  ]

describe('explore finds seeded bugs of Raft', () => {
  it.each(raftMutants)(
    '$rule: $shows, after $steps steps',
    ({ rule, options, opening, symmetry, ...mutant }) => {
      const make = (unsafe: UnsafeRaftRules): EngineDefinition<RaftMessage> =>
        raft({ preVote: false, checkQuorum: false, ...options, unsafe })
      judge(make({ [rule]: true }), make({}), raftPackage, opening, symmetry ?? false, mutant)
    },
  )
})

describe('explore finds seeded bugs of Zab', () => {
  it.each(zabMutants)('$rule: $shows, after $steps steps', ({ rule, options, opening, ...mutant }) => {
    const make = (unsafe: UnsafeRules): EngineDefinition<ZabMessage> => zab({ ...options, unsafe })
    judge(make({ [rule]: true }), make({}), zabPackage, opening, false, mutant)
  })
})

/** The mutant is found, its counterexample can be played, and the true engine does not fail in the same scope. */
function judge<M extends RaftMessage | ZabMessage>(
  mutant: EngineDefinition<M>,
  engine: EngineDefinition<M>,
  { validate, checkDelta }: Pick<typeof raftPackage | typeof zabPackage, 'validate' | 'checkDelta'>,
  opening: Opening<M> | undefined,
  symmetry: boolean,
  expected: Pick<Mutant<unknown, unknown>, 'shows' | 'steps' | 'within' | 'scope'>,
): void {
  const optionsFor = (definition: EngineDefinition<M>): ExploreOptions => {
    const script = new Script(definition, expected.scope.replicas)
    opening?.(script)
    const { scope, within: maxStates } = expected
    return {
      ...scope,
      engine: definition,
      from: script.moves,
      checks: { validate, checkDelta },
      symmetry,
      maxStates,
    }
  }
  const options = optionsFor(mutant)
  const report = exploreEngine(options)
  expect(report.verdict).toBe('violated')
  expect(report.counterexample!.invariant).toBe(expected.shows)
  expect(report.depth).toBe(expected.steps)
  expect(report.distinct).toBeLessThanOrEqual(expected.within)
  expectPlayable(mutant, expected.scope.replicas, report.counterexample!)
  // As far as the mutant came, and no further.
  const { maxStates: _, ...scope } = optionsFor(engine)
  const truth = exploreEngine({ ...scope, depth: expected.steps })
  expect(truth.counterexample).toBeUndefined()
  expect(truth.covered).toBe(truth.end === 'exhausted' ? truth.depth : expected.steps)
}

/** Every move applies; the last one may be the one by which an engine's assertion fails. */
function expectPlayable<M extends RaftMessage | ZabMessage>(
  definition: EngineDefinition<M>,
  replicas: number,
  { moves, invariant }: Counterexample,
): void {
  const cluster = new EngineCluster(definition, replicas, { autoPersist: false })
  moves.forEach((move, i) => {
    const isLast = i === moves.length - 1
    if (isLast && invariant.startsWith('the engine')) return
    expect(applyMove(cluster, move), `move ${i + 1}: ${JSON.stringify(move)}`).toBe(true)
  })
}
