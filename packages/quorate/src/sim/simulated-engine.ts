import type { AnyEngineDefinition } from '@quorate/core'
import { type EngineOptions, flattenOptions } from '@quorate/scenario'
import { type EngineChecks, Random } from '@quorate/sim'
import { engineWith, knownEngine } from '../registry/engines.ts'
import { findKnown } from '../registry/known.ts'

/** An engine as simulations run it, with its own checks. */
export interface SimulatedEngine {
  readonly definition: AnyEngineDefinition
  readonly checks: EngineChecks
  /** What it was made with, as a run file says it. */
  readonly options: EngineOptions
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

/** How each engine calls these limits. A new engine is added here and in `registry/`. */
const optionsOf: Readonly<Record<string, () => (limits: Limits) => object>> = {
  raft:
    () =>
    ({ messages, bytes, ...shared }) => ({
      ...shared,
      maxInflightMessages: messages,
      maxInflightBytes: bytes,
    }),
  zab:
    () =>
    ({ messages, bytes, ...shared }) => ({
      ...shared,
      maxInFlightMessages: messages,
      maxInFlightBytes: bytes,
    }),
}

/**
 * The engine of that name as `seed` runs it: with limits that the seed draws, unless they are given.
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
  const drawn = flattenOptions(findKnown('engine', optionsOf, name)(limits))
  return simulatedEngine(name, { ...drawn, ...given })
}

/** The engine of that name with those options, and its checks. */
export function simulatedEngine(name: string, options: EngineOptions = {}): SimulatedEngine {
  return { definition: engineWith(name, options), checks: knownEngine(name).checks, options }
}
