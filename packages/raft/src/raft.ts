import {
  clonePlain,
  type CostModel,
  type Engine,
  type EngineDefinition,
  type EngineInit,
} from '@quorate/core'
import { RaftEngine } from './engine.ts'
import { raftMarks } from './marks.ts'
import { type RaftMessage, raftShapes } from './messages.ts'
import { type RaftOptions, resolveOptions } from './options.ts'
import { renameHardState, renameRaftMessage, renameRaftState } from './rename.ts'
import { startState } from './start.ts'
import type { RaftState } from './state.ts'

/** What Raft costs: one append and one answer per follower; the commit index rides on the next append. */
const cost: CostModel = {
  messagesPerCommit: (replicas) => 2 * (replicas - 1),
  delaysToCommit: 2,
  fsyncsPerCommit: (replicas) => replicas,
  commitMessages: ['AppendEntries', 'AppendEntriesResponse'],
}

/**
 * Raft, ready to be run by a replica. Stands links that lose, repeat and reorder. Options that cannot work are a
 * `QuorateError` with code `USAGE`; a log that cannot be started from is one with `CORRUPT_LOG`, thrown by `create`.
 */
export function raft(options: RaftOptions = {}): EngineDefinition<RaftMessage> {
  const config = resolveOptions(options)
  return {
    name: 'raft',
    links: 'any',
    acceptance: 'entry',
    shapes: raftShapes,
    marks: raftMarks,
    cost,
    electionTimeout: config.electionMax,
    create(init: EngineInit): Engine<RaftMessage> {
      const engine = new RaftEngine(config, startState(init))
      engine.start()
      return engine
    },
    revive(_init: EngineInit, state: unknown): Engine<RaftMessage> {
      return new RaftEngine(config, clonePlain(state) as RaftState)
    },
    renameState: (state, rename) => renameRaftState(clonePlain(state) as RaftState, rename),
    renameMessage: renameRaftMessage,
    renameHardState,
  }
}
