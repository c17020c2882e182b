import {
  clonePlain,
  type Engine,
  type EngineDefinition,
  type EngineInit,
  requireQuorums,
} from '@quorate/core'
import { pmmcMonitor } from './checks/monitor.ts'
import { multiPaxosCost } from './cost.ts'
import { PaxosEngine } from './engine.ts'
import { multiPaxosMarks } from './marks.ts'
import { multiPaxosShapes, type PaxosMessage } from './messages.ts'
import { type MultiPaxosOptions, resolveOptions } from './options.ts'
import { renamePaxosMessage, renamePaxosState } from './rename.ts'
import { startState } from './start.ts'
import type { PaxosState } from './state.ts'

/**
 * Multi-Paxos, ready to be run by a replica. Stands links that lose, repeat and reorder. Options that cannot work are a
 * `QuorateError` with code `USAGE`; a log that cannot be started from is one with `CORRUPT_LOG`, thrown by `create`.
 */
export function multiPaxos(options: MultiPaxosOptions = {}): EngineDefinition<PaxosMessage> {
  const config = resolveOptions(options)
  return {
    name: 'multi-paxos',
    links: 'any',
    acceptance: 'slot',
    shapes: multiPaxosShapes,
    marks: multiPaxosMarks,
    cost: multiPaxosCost,
    electionTimeout: config.electionMax,
    monitor: pmmcMonitor(config.window),
    create(init: EngineInit): Engine<PaxosMessage> {
      requireQuorums('multi-paxos', init.membership, { electionsMeet: false })
      const engine = new PaxosEngine(config, startState(init))
      engine.start()
      return engine
    },
    revive(_init: EngineInit, state: unknown): Engine<PaxosMessage> {
      return new PaxosEngine(config, clonePlain(state) as PaxosState)
    },
    renameState: (state, rename) => renamePaxosState(clonePlain(state) as PaxosState, rename),
    renameMessage: renamePaxosMessage,
  }
}
