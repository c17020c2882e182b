import { type ExploreOptions, type ExploreReport, exploreEngine } from '@quorate/check'
import { type UnsafePaxosRules, multiPaxos } from '@quorate/paxos'
import { type ScenarioEngine, runScenario, scenarioOfMoves } from '@quorate/scenario'
import type { Move } from '@quorate/sim'
import { knownEngine } from 'quorate'
import { describe, expect, it } from 'vitest'

/** A rule that the model checker finds broken. */
interface Explored {
  readonly rule: keyof UnsafePaxosRules
  /** What shows it, first. */
  readonly shows: string
  /** Steps from where the exploration starts: no fewer do. */
  readonly steps: number
  /** It is found within so many states. */
  readonly within: number
  readonly scope: Omit<ExploreOptions, 'engine' | 'checks' | 'replicas' | 'from'>
  /** Where it starts, as a script. */
  readonly opening?: readonly string[]
}

const { checks } = knownEngine('multi-paxos')
const replicas = 3

/** 3 has promised 1.1 to 1, which leads, and is asked for 1.2 by 2. */
const asked = [
  'by hand',
  'timeout 1 election',
  'persist 1',
  'drop 1 -> 2 Prepare',
  'deliver 1 -> 3 Prepare',
  'persist 3',
  'deliver 3 -> 1 Promise',
  'drop 1 -> 2 Heartbeat',
  'drop 1 -> 3 Heartbeat',
  'timeout 2 election',
  'persist 2',
  'drop 2 -> 1 Prepare',
]

/** 1 and 3 have accepted a value; 1 knows that it is chosen. */
const chosen = ['elect 1', 'hold 1 -> 2', 'propose 1 "x"', 'settle']

const explored: readonly Explored[] = [
  {
    rule: 'quorumMinusOne',
    shows: 'durability',
    steps: 2,
    within: 20,
    scope: { proposals: 1, timeouts: { election: 1 } },
  },
  {
    rule: 'promiseBeforeDurable',
    shows: 'durability',
    steps: 9,
    within: 20_000,
    opening: asked,
    scope: { crashes: 1, proposals: 2, timeouts: {} },
  },
  {
    rule: 'persistNoPromise',
    shows: 'assertion',
    steps: 8,
    within: 5_000,
    opening: asked,
    scope: { crashes: 1, proposals: 2, timeouts: {} },
  },
  {
    rule: 'acceptBeforeDurable',
    shows: 'durability',
    steps: 8,
    within: 2_000,
    scope: { crashes: 1, proposals: 1, timeouts: { election: 1 } },
  },
  {
    rule: 'ignoreAccepted',
    shows: 'durability',
    steps: 5,
    within: 100,
    opening: chosen,
    scope: { timeouts: { election: 3 } },
  },
  {
    // x was accepted in 1.1 and again in 3.1, and chosen; 3 has accepted y in 2.3.
    rule: 'takeLowestBallot',
    shows: 'durability',
    steps: 6,
    within: 2_000,
    opening: [
      'elect 1',
      'hold 1 -> 2,3',
      'propose 1 "x"',
      'crash 1',
      'release',
      'elect 3',
      'hold 3 -> 2',
      'propose 3 "y"',
      'crash 3',
      'release',
      'start 1',
      'hold 1 -> 2 Accept',
      'timeout 2 election',
      'timeout 1 election',
      'settle',
      'timeout 1 election',
      'settle',
      'expect role 1 leader',
      'start 3',
    ],
    scope: { timeouts: { election: 2 } },
  },
  {
    // 2 has accepted x in 1.1; 1, who proposed it, lost it in a crash.
    rule: 'reuseBallot',
    shows: 'durability',
    steps: 6,
    within: 200,
    opening: [
      'elect 1',
      'hold 1 -> 3',
      'pause writes 1',
      'propose 1 "x"',
      'settle',
      'crash 1',
      'resume writes 1',
      'start 1',
      'timeout 2 election',
      'timeout 3 election',
    ],
    scope: { proposals: 1, timeouts: { election: 1 } },
  },
  {
    rule: 'acceptBelowPromise',
    shows: 'durability',
    steps: 8,
    within: 10_000,
    scope: { proposals: 2, timeouts: { election: 2 } },
  },
  {
    // 1 has accepted x in 1.1 alone; y was chosen in 2.2.
    rule: 'trustAnyAccepted',
    shows: 'agreement',
    steps: 2,
    within: 50,
    opening: [
      'elect 1',
      'hold 1 -> 2,3',
      'propose 1 "x"',
      'isolate 1',
      'release',
      'elect 2',
      'propose 2 "y"',
      'settle',
      'rejoin 1',
    ],
    scope: { timeouts: { heartbeat: 1 } },
  },
  {
    rule: 'skipReadConfirmation',
    shows: 'fresh-reads',
    steps: 10,
    within: 50_000,
    scope: { proposals: 1, reads: 1, timeouts: { election: 2 } },
  },
  {
    rule: 'skipReadGate',
    shows: 'fresh-reads',
    steps: 8,
    within: 10_000,
    opening: chosen,
    scope: { reads: 1, clients: 'all', timeouts: { election: 3 } },
  },
  {
    // The answer to a heartbeat is on its way while its leader is deposed.
    rule: 'reuseReadBeats',
    shows: 'fresh-reads',
    steps: 9,
    within: 30_000,
    opening: [
      'elect 1',
      'timeout 1 heartbeat',
      'deliver 1 -> 2 Heartbeat',
      'drop 1 -> 3 Heartbeat',
      'timeout 3 election',
    ],
    scope: { proposals: 1, reads: 1, timeouts: { election: 2 } },
  },
]

describe('explore finds seeded bugs of Multi-Paxos', () => {
  it.each(explored)(
    '$rule: $shows, after $steps steps',
    ({ rule, shows, steps, within, scope, opening = [] }) => {
      const broken = { [rule]: true }
      const report = explore(broken, opening, { ...scope, maxStates: within })
      expect(report.verdict).toBe('violated')
      expect(report.counterexample!.invariant).toBe(shows)
      expect(report.depth).toBe(steps)
      // It can be played, and a sound engine survives it: as far as the mutant came, and no further.
      expect(violationsOf(broken, report.counterexample!.moves)).toBeGreaterThan(0)
      expect(violationsOf({}, report.counterexample!.moves)).toBe(0)
      const truth = explore({}, opening, { ...scope, depth: steps })
      expect(truth.counterexample).toBeUndefined()
      expect(truth.covered).toBe(truth.end === 'exhausted' ? truth.depth : steps)
    },
  )
})

describe('explore covers Multi-Paxos', () => {
  it('with one election and one command, whole', () => {
    const report = explore({}, [], { proposals: 1, timeouts: { election: 1 } })
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct: 2_755 })
    expect(report.reached).toMatchObject({ epochsLed: 1, entriesDecided: 1 })
  })

  it('with two elections, messages that repeat and a crash, as far as a budget goes', () => {
    const report = explore({}, [], {
      proposals: 1,
      crashes: 1,
      duplicates: 1,
      timeouts: { election: 2 },
      maxStates: 60_000,
    })
    expect(report.counterexample).toBeUndefined()
    expect(report.covered).toBeGreaterThan(6)
  })

  it('does not take its replicas for interchangeable: ballots are ordered by their ids', () => {
    expect(() => explore({}, [], { symmetry: true })).toThrow('symmetry cannot be used with multi-paxos')
  })
})

function explore(
  unsafe: UnsafePaxosRules,
  opening: readonly string[],
  scope: Explored['scope'],
): ExploreReport {
  const engine = multiPaxos({ unsafe })
  return exploreEngine({ ...scope, replicas, engine, checks, from: movesOf(unsafe, opening) })
}

/** Where a script leads to. The model checker's clock stands still. */
function movesOf(unsafe: UnsafePaxosRules, script: readonly string[]): Move[] {
  if (script.length === 0) return []
  const { failures, moves } = runScenario(script.join('\n'), { engine: scriptedEngine(unsafe) })
  expect(failures).toEqual([])
  return moves.filter(({ type }) => type !== 'wait')
}

/** How many invariants of the scenario language a list of moves breaks. */
function violationsOf(unsafe: UnsafePaxosRules, moves: readonly Move[]): number {
  const script = scenarioOfMoves(moves, { engine: 'multi-paxos', options: {}, replicas })
  return runScenario(script, { engine: scriptedEngine(unsafe) }).violations.length
}

function scriptedEngine(unsafe: UnsafePaxosRules): ScenarioEngine {
  return { ...knownEngine('multi-paxos'), create: () => multiPaxos({ unsafe }) }
}
