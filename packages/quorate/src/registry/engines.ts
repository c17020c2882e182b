import type { AnyEngineDefinition } from '@quorate/core'
import {
  type MultiPaxosOptions,
  type PaxosState,
  checkPaxosDelta,
  epochInSlot,
  multiPaxos,
  validatePaxos,
} from '@quorate/paxos'
import {
  type RaftOptions,
  type RaftState,
  checkDelta as checkRaftDelta,
  raft,
  validate as validateRaft,
} from '@quorate/raft'
import type { EngineChecks } from '@quorate/sim'
import {
  type ZabOptions,
  type ZabState,
  checkDelta as checkZabDelta,
  validate as validateZab,
  zab,
} from '@quorate/zab'
import { type EngineOptions, nestOptions } from '@quorate/scenario'
import { findKnown } from './known.ts'
import { checkOptionNames, multiPaxosOptionNames, raftOptionNames, zabOptionNames } from './option-names.ts'

/** A protocol, how to make an engine of it, and what its package knows of its states. */
export interface KnownEngine {
  readonly name: string
  /** `options`: the package's own. Throws a `QuorateError` with code `USAGE` for options that cannot work. */
  create(options?: object): AnyEngineDefinition
  /** What its options are called: dotted where they are nested. */
  readonly options: readonly string[]
  readonly checks: EngineChecks
}

const knownRaft: KnownEngine = {
  name: 'raft',
  create: (options) => raft(options as RaftOptions | undefined),
  options: raftOptionNames,
  checks: {
    validate: (state) => validateRaft(state as RaftState),
    checkDelta: (before, after) => checkRaftDelta(before as RaftState, after as RaftState),
    log: (state) => (state as RaftState).log,
  },
}

const knownZab: KnownEngine = {
  name: 'zab',
  create: (options) => zab(options as ZabOptions | undefined),
  options: zabOptionNames,
  checks: {
    validate: (state) => validateZab(state as ZabState),
    checkDelta: (before, after) => checkZabDelta(before as ZabState, after as ZabState),
    log: (state) => (state as ZabState).log,
  },
}

const knownMultiPaxos: KnownEngine = {
  name: 'multi-paxos',
  create: (options) => multiPaxos(options as MultiPaxosOptions | undefined),
  options: multiPaxosOptionNames,
  checks: {
    validate: (state) => validatePaxos(state as PaxosState),
    checkDelta: (before, after) => checkPaxosDelta(before as PaxosState, after as PaxosState),
    epochAt: (state, index) => epochInSlot((state as PaxosState).log, index),
  },
}

/** Every engine that the command line knows. A new one is added here; which options `sim` draws is in `sim/`. */
const engines: Readonly<Record<string, () => KnownEngine>> = {
  raft: () => knownRaft,
  zab: () => knownZab,
  'multi-paxos': () => knownMultiPaxos,
}

/** The names of all of them. */
export const engineNames: readonly string[] = Object.keys(engines)

/** Throws a `QuorateError` with code `USAGE` for a name that is not known. */
export function knownEngine(name: string): KnownEngine {
  return findKnown('engine', engines, name)
}

/** The engine of that name with its default options. */
export function engineNamed(name: string): AnyEngineDefinition {
  return knownEngine(name).create()
}

/**
 * The engine of that name with those options, as a run file or `--option` says them.
 *
 * @throws QuorateError `USAGE` for a name that is not known, an option that the engine does not have, or one that cannot
 * work
 */
export function engineWith(name: string, options: EngineOptions): AnyEngineDefinition {
  const engine = knownEngine(name)
  checkOptionNames(name, options, engine.options)
  return engine.create(nestOptions(options))
}
