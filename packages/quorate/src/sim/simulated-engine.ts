import type { AnyEngineDefinition } from '@quorate/core'
import { type EngineOptions, flattenOptions } from '@quorate/scenario'
import { type EngineChecks, type ExcuseName, Random } from '@quorate/sim'
import { engineWith, knownEngine } from '../registry/engines.ts'
import { findKnown } from '../registry/known.ts'

/** An engine as simulations run it, with its own checks. */
export interface SimulatedEngine {
  readonly definition: AnyEngineDefinition
  readonly checks: EngineChecks
  /** What it was made with, as a run file says it. */
  readonly options: EngineOptions
  /** What it need not cope with when a core is healed. */
  readonly excuses: readonly ExcuseName[]
}

/** Limits that every engine has, in its own words. Small ones make short runs meet what else takes long ones. */
interface Limits {
  readonly compactionTail: number
  readonly maxBatchBytes: number
  readonly maxUncommittedBytes: number
  /** Under way to one replica. */
  readonly messages: number
  readonly bytes: number
}

/** The options of each engine; `random` draws what it has of its own. A new engine is added here and in `registry/`. */
const optionsOf: Readonly<Record<string, () => (limits: Limits, random: Random) => object>> = {
  raft:
    () =>
    ({ messages, bytes, ...shared }, random) => ({
      ...shared,
      maxInflightMessages: messages,
      maxInflightBytes: bytes,
      preVote: random.chance(0.85),
      checkQuorum: random.chance(0.85),
      memoryTail: Math.round(random.magnitude(1, 1000)),
      memoryTailBytes: Math.round(random.magnitude(100, 1_000_000)),
      eagerCommit: random.chance(0.3),
      leaseDuration: random.chance(0.3) ? Math.round(random.magnitude(20, 600)) : 0,
      priorities: random.chance(0.3) ? drawPriorities(random) : {},
    }),
  zab:
    () =>
    ({ messages, bytes, ...shared }, random) => ({
      ...shared,
      maxInFlightMessages: messages,
      maxInFlightBytes: bytes,
      memoryTail: Math.round(random.magnitude(1, 1000)),
      memoryTailBytes: Math.round(random.magnitude(100, 1_000_000)),
      followersFeedObservers: random.chance(0.5),
    }),
  'multi-paxos':
    () =>
    ({ messages, bytes, ...shared }, random) => ({
      ...shared,
      maxInflightMessages: messages,
      maxInflightBytes: bytes,
      window: Math.round(random.magnitude(1, 4096)),
    }),
}

/** One to three levels among the replicas that most runs have. */
function drawPriorities(random: Random): Record<number, number> {
  return { 1: random.integer(0, 2), 2: random.integer(0, 2), 3: random.integer(0, 2) }
}

/**
 * The engine of that name as `seed` runs it: with options that the seed draws, unless they are given.
 *
 * @throws QuorateError `USAGE` for a name that is not known
 */
export function drawEngine(name: string, seed: number, given: EngineOptions = {}): SimulatedEngine {
  const random = new Random(seed).split('engine')
  const limits = {
    compactionTail: Math.round(random.magnitude(1, 1000)),
    maxBatchBytes: Math.round(random.magnitude(100, 1_000_000)),
    maxUncommittedBytes: Math.round(random.magnitude(300, 1_000_000)),
    messages: Math.round(random.magnitude(1, 256)),
    bytes: Math.round(random.magnitude(100, 1_000_000)),
  }
  const options = flattenOptions(findKnown('engine', optionsOf, name)(limits, random))
  return simulatedEngine(name, { ...options, ...given })
}

/** The engine of that name with those options, and its checks. */
export function simulatedEngine(name: string, options: EngineOptions = {}): SimulatedEngine {
  const { checks } = knownEngine(name)
  return { definition: engineWith(name, options), checks, options, excuses: excusesOf(name, options) }
}

/**
 * A Raft leader without CheckQuorum goes on leading those who hear it, although it hears nobody (dissertation, 6.2): from
 * outside of a core it may keep the core from electing anyone. And Raft's and Zab's memberships count as soon as they
 * are in a log.
 */
function excusesOf(name: string, { checkQuorum }: EngineOptions): readonly ExcuseName[] {
  if (name === 'multi-paxos') return []
  return checkQuorum === false ? ['logged-members', 'one-way'] : ['logged-members']
}
