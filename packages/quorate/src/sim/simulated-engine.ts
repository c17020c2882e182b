import type { AnyEngineDefinition } from '@quorate/core'
import {
  type RaftOptions,
  type RaftState,
  checkDelta as checkRaftDelta,
  raft,
  validate as validateRaft,
} from '@quorate/raft'
import { type EngineChecks, Random } from '@quorate/sim'
import {
  type ZabOptions,
  type ZabState,
  checkDelta as checkZabDelta,
  validate as validateZab,
  zab,
} from '@quorate/zab'
import { findKnown } from '../registry/known.ts'

/** An engine as simulations run it, with its own checks. */
export interface SimulatedEngine {
  readonly definition: AnyEngineDefinition
  readonly checks: EngineChecks
}

/** Options that raft and zab share, and that make short runs meet what else takes long ones. */
interface Limits {
  readonly compactionTail: number
  readonly maxBatchBytes: number
}

/** Every engine that can be simulated, by name. A new one is added here. */
const engines: Readonly<Record<string, () => (limits: Limits) => SimulatedEngine>> = {
  raft: () => simulatedRaft,
  zab: () => simulatedZab,
}

/**
 * The engine of that name as `seed` runs it: logs are compacted and batches split at sizes that the seed draws.
 *
 * @throws QuorateError `USAGE` for a name that is not known
 */
export function simulatedEngine(name: string, seed: number): SimulatedEngine {
  const random = new Random(seed).split('engine')
  const limits = {
    compactionTail: Math.round(random.magnitude(1, 1000)),
    maxBatchBytes: Math.round(random.magnitude(100, 1_000_000)),
  }
  return findKnown('engine', engines, name)(limits)
}

/** Raft with those options, and its checks. */
export function simulatedRaft(options: RaftOptions): SimulatedEngine {
  return {
    definition: raft(options),
    checks: {
      validate: (state) => validateRaft(state as RaftState),
      checkDelta: (before, after) => checkRaftDelta(before as RaftState, after as RaftState),
      log: (state) => (state as RaftState).log,
    },
  }
}

/** Zab with those options, and its checks. */
export function simulatedZab(options: ZabOptions): SimulatedEngine {
  return {
    definition: zab(options),
    checks: {
      validate: (state) => validateZab(state as ZabState),
      checkDelta: (before, after) => checkZabDelta(before as ZabState, after as ZabState),
      log: (state) => (state as ZabState).log,
    },
  }
}
