import type { NodeId } from '@quorate/core'
import type { PaxosNode } from '../node.ts'

/**
 * Leases. An acceptor that answers a leader's beat promises nobody else anything for `leaseDuration` of its own clock. A
 * leader whose beat a quorum has answered knows that no other ballot comes through until then, counted from when the
 * beat *began*, less what clocks may drift apart: with a drift of at most d, `leaseDuration · (1 − d) / (1 + d)` of its
 * clock. After a restart an acceptor does not know what it granted, and waits as long as the longest grant.
 */
export function grantLease(node: PaxosNode, holder: NodeId): void {
  const { state, config, monotonic } = node
  if (config.leaseGranted > 0) state.lease = { holder, until: monotonic + config.leaseGranted }
}

/** Is this replica's word given to somebody else than `asker`, or not known to be given to nobody? */
export function isLeasedToOther({ state, monotonic }: PaxosNode, asker: NodeId): boolean {
  const { holder, until } = state.lease
  return holder !== asker && until !== undefined && monotonic < until
}

/** The first step tells the time: what an earlier start may have granted runs out from now on. */
export function startLease({ state, config, monotonic }: PaxosNode): void {
  if (state.lease.until !== undefined) return
  const waits = config.unsafe.forgetLease === true ? 0 : config.leaseGranted
  state.lease = { holder: 0, until: monotonic + waits }
}
