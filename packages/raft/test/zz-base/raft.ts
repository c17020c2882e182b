import {
  clonePlain,
  type Engine,
  type EngineDefinition,
  type EngineInit,
  requireQuorums,
} from '@quorate/core'
import { costOf } from './cost.ts'
import { RaftEngine } from './engine.ts'
import { raftMarks } from './marks.ts'
import { type RaftMessage, raftShapes } from './messages.ts'
import { longestWait, type RaftOptions, resolveOptions } from './options.ts'
import { renameHardState, renameRaftMessage, renameRaftState } from './rename.ts'
import { startState } from './start.ts'
import type { RaftState } from './state.ts'

/**
 * Raft, ready to be run by a replica. Stands links that lose, repeat and reorder. Options that cannot work are a
 * `QuorateError` with code `USAGE`, and so are, by `create`, quorums that cannot elect safely; a log that cannot be started from is one with `CORRUPT_LOG`, thrown by `create`.
 */
export function raft(options: RaftOptions = {}): EngineDefinition<RaftMessage> {
  const config = resolveOptions(options)
  return {
    name: 'raft',
    links: 'any',
    acceptance: 'entry',
    shapes: raftShapes,
    marks: raftMarks,
    cost: costOf(config),
    electionTimeout: longestWait(config),
    create(init: EngineInit): Engine<RaftMessage> {
      // A term belongs to nobody: two leaders in one are excluded by a voter whom both have asked.
      requireQuorums('raft', init.membership, { electionsMeet: true, witnesses: true })
      const engine = new RaftEngine(config, startState(init, config))
      engine.start()
      return engine
    },
    revive(_init: EngineInit, state: unknown): Engine<RaftMessage> {
      return new RaftEngine(config, clonePlain(state) as RaftState)
    },
    renameState: (state, rename) => renameRaftState(clonePlain(state) as RaftState, rename),
    renameMessage: renameRaftMessage,
    // With priorities, replicas are not all alike.
    ...(config.priorities === undefined && { renameHardState }),
  }
}
