import { type LogIndex, type NodeId, votersOf } from '@quorate/core'
import { canElect, membershipInForce, membershipOfSlot, type PaxosNode } from '../node.ts'
import type { PaxosState, Phase1 } from '../state.ts'

/** Nobody has promised yet, not even this replica: its own promise counts when it is durable. PMMC, figure 6. */
export function createPhase1({ self, commit }: PaxosState): Phase1 {
  return {
    from: commit + 1,
    partial: new Map(),
    promised: new Set(),
    accepted: new Map(),
    chosen: commit,
    source: self,
  }
}

/** Asks those voters for their promise who have not given it; when the own one is durable. */
export function sendPrepares(node: PaxosNode): void {
  const { state } = node
  const { phase1, self } = state
  if (phase1 === undefined) return
  for (const to of votersOf(membershipInForce(state))) {
    if (to !== self && !phase1.promised.has(to)) sendPrepare(node, to, phase1.partial.get(to) ?? phase1.from)
  }
}

/** Asks one voter: for its promise, and for what it has accepted from a slot on. */
export function sendPrepare(node: PaxosNode, to: NodeId, from: LogIndex): void {
  const { state, outbox, config } = node
  const { round, node: proposer } = state.promised
  outbox.sendWhenDurable(to, { type: 'Prepare', round, node: proposer, from, window: config.window })
}

/** Have those promised who must, for the first slot that is not known to be chosen? */
export function hasPromiseQuorum(node: PaxosNode): boolean {
  return isPromisedFor(node, node.state.commit + 1)
}

/** Has a quorum of those who decide a slot promised this ballot? */
export function isPromisedFor(node: PaxosNode, slot: LogIndex): boolean {
  const { phase1 } = node.state
  const membership = membershipOfSlot(node.state, slot)
  return phase1 !== undefined && canElect(node, membership, (voter) => phase1.promised.has(voter))
}
