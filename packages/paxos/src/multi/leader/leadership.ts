import { everyMember, type LogIndex, type NodeId } from '@quorate/core'
import { lastSlot } from '../disk/slot-log.ts'
import { membershipInForce, type PaxosNode } from '../node.ts'
import { isBehind } from '../learner/teachers.ts'
import type { Leadership, PaxosState } from '../state.ts'
import { createProgress, type Progress } from './progress.ts'
import { isPromisedFor } from './phase1a.ts'

/** What a new leader starts from: its slots begin behind all that anyone who promised knows to be chosen. */
export function createLeadership({ state }: PaxosNode): Leadership {
  const { phase1, commit, log } = state
  const start = Math.max(commit, phase1!.chosen) + 1
  let found = lastSlot(log)
  for (const slot of phase1!.accepted.keys()) found = Math.max(found, slot)
  return {
    start,
    top: Math.max(start - 1, found),
    next: start,
    queue: [],
    taken: 0,
    pendingBytes: 0,
    // The first beat goes out at once, and tells everyone who leads.
    beat: 0,
    begun: [],
    leaseUntil: -Infinity,
    progress: progressOfAll(state, start),
    opened: undefined,
    askedAt: -1,
    acknowledged: true,
    confirmed: false,
    forwarded: new Map(),
    reads: { locals: [], remotes: [], rounds: [] },
    change: undefined,
  }
}

function progressOfAll(state: PaxosState, start: LogIndex): Map<NodeId, Progress> {
  const others = everyMember(membershipInForce(state)).filter((member) => member !== state.self)
  return new Map(others.map((member) => [member, createProgress(member, start - 1, start)]))
}

/**
 * May this leader answer for the whole cluster? It must know everything that phase 1 found to be chosen, for a membership
 * may be among it, and others decide behind that; and have the promises of those who decide the next slot.
 */
export function isEstablished(node: PaxosNode): boolean {
  const { leadership, commit } = node.state
  if (leadership === undefined || isBehind(node.state)) return false
  return commit >= leadership.top && isPromisedFor(node, commit + 1)
}

/** Members have changed: those who are new are sent what is proposed from now on, and learn the rest. */
export function syncProgress(state: PaxosState, leadership: Leadership): void {
  const members = everyMember(membershipInForce(state)).filter((member) => member !== state.self)
  const { progress, start } = leadership
  for (const member of progress.keys()) if (!members.includes(member)) progress.delete(member)
  const kept = new Map(progress)
  progress.clear()
  for (const member of members) {
    const fresh = createProgress(member, start - 1, Math.max(start, state.commit + 1))
    progress.set(member, kept.get(member) ?? fresh)
  }
}
