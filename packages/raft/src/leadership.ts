import { createReadBack, lastIndex } from '@quorate/core'
import { createLease } from './lease.ts'
import type { RaftConfig } from './options.ts'
import { createPeers } from './peers.ts'
import type { Leadership, RaftState } from './state.ts'

/** What a new leader starts with: every member is probed behind the leader's log. Figure 2, volatile state on leaders. */
export function createLeadership(state: RaftState, config: RaftConfig): Leadership {
  const next = lastIndex(state.log) + 1
  let uncommittedBytes = 0
  for (let i = state.commit - state.log.base; i < state.log.entries.length; i++) {
    uncommittedBytes += state.log.entries[i]!.data.length
  }
  return {
    start: next,
    round: 0,
    lastSession: 1,
    progress: createPeers(state),
    acknowledged: false,
    confirmed: false,
    uncommittedBytes,
    forwarded: new Map(),
    reads: { locals: [], remotes: [], rounds: [] },
    lease: createLease(),
    preference: { beats: 0, wait: 2 * config.transferBeats },
    readBack: createReadBack(),
    change: undefined,
    settled: -1,
    leaving: undefined,
    farewell: undefined,
  }
}
