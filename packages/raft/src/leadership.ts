import { lastIndex, membersOf } from '@quorate/core'
import { membershipOf } from './node.ts'
import { createProgress } from './progress.ts'
import type { Leadership, RaftState } from './state.ts'

/** What a new leader starts with: every member is probed behind the leader's log. Figure 2, volatile state on leaders. */
export function createLeadership(state: RaftState): Leadership {
  const next = lastIndex(state.log) + 1
  const members = membersOf(membershipOf(state)).filter((member) => member !== state.self)
  let uncommittedBytes = 0
  for (let i = state.commit - state.log.base; i < state.log.entries.length; i++) {
    uncommittedBytes += state.log.entries[i]!.data.length
  }
  return {
    start: next,
    round: 0,
    lastSession: 1,
    progress: new Map(members.map((member) => [member, createProgress(member, next, 1)])),
    acknowledged: false,
    confirmed: false,
    uncommittedBytes,
    forwarded: new Map(),
    reads: { locals: [], remotes: [], rounds: [] },
  }
}
