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

/** What seeds draw, whatever the engine. Small limits make short runs meet what else takes long ones. */
interface Drawn {
  readonly compactionTail: number
  readonly maxBatchBytes: number
  readonly maxUncommittedBytes: number
  /** Under way to one replica. */
  readonly messages: number
  readonly bytes: number
  /** For switches that an engine has of its own. */
  readonly random: Random
}

/** The options that each engine is drawn. A new engine is added here and in `registry/`. */
const optionsOf: Readonly<Record<string, () => (drawn: Drawn) => object>> = {
  raft:
    () =>
    ({ messages, bytes, random, ...shared }) => ({
      ...shared,
      maxInflightMessages: messages,
      maxInflightBytes: bytes,
      preVote: random.chance(0.85),
      checkQuorum: random.chance(0.85),
    }),
  zab:
    () =>
    ({ messages, bytes, random: _, ...shared }) => ({
      ...shared,
      maxInFlightMessages: messages,
      maxInFlightBytes: bytes,
    }),
}

/**
 * The engine of that name as `seed` runs it: with options that the seed draws, unless they are given.
 *
 * @throws QuorateError `USAGE` for a name that is not known
 */
export function drawEngine(name: string, seed: number, given: EngineOptions = {}): SimulatedEngine {
  const random = new Random(seed).split('engine')
  const drawn = {
    compactionTail: Math.round(random.magnitude(1, 1000)),
    maxBatchBytes: Math.round(random.magnitude(100, 1_000_000)),
    maxUncommittedBytes: Math.round(random.magnitude(300, 1_000_000)),
    messages: Math.round(random.magnitude(1, 256)),
    bytes: Math.round(random.magnitude(100, 1_000_000)),
    random,
  }
  const options = flattenOptions(findKnown('engine', optionsOf, name)(drawn))
  return simulatedEngine(name, { ...options, ...given })
}

/** The engine of that name with those options, and its checks. */
export function simulatedEngine(name: string, options: EngineOptions = {}): SimulatedEngine {
  const { checks } = knownEngine(name)
  return { definition: engineWith(name, options), checks, options, excuses: excusesOf(options) }
}

/**
 * A Raft leader without CheckQuorum goes on leading those who hear it, although it hears nobody (dissertation, 6.2): from
 * outside of a core it may keep the core from electing anyone.
 */
function excusesOf({ checkQuorum }: EngineOptions): readonly ExcuseName[] {
  return checkQuorum === false ? ['one-way'] : []
}
