import { type LogIndex, type NodeId, type SnapshotMeta } from '@quorate/core'
import { extendReceived } from '../acceptor/phase2b.ts'
import { becomeFollower } from '../become.ts'
import { entryIn, epochIn, forgetSlots, tailStart } from '../disk/slot-log.ts'
import type { PaxosMessage } from '../messages.ts'
import { isProposed, skipChosen } from './decide.ts'
import { learnFromSource, noteAware } from './learn.ts'
import { membershipAsOf, rebaseMemberships } from '../memberships.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'
import { onMembershipChosen } from '../reconfigure.ts'
import { abandon } from '../requests/answers.ts'

/**
 * A snapshot of this replica's machine is durable: slots may be forgotten, whose values it holds. PMMC, §4.2. Some stay
 * for replicas that are a little behind.
 */
export function onSnapshotBuilt(node: PaxosNode, meta: SnapshotMeta): void {
  const { state, config } = node
  const { log } = state
  state.snapshotIndex = Math.max(state.snapshotIndex, meta.index)
  if (meta.index <= log.base) return
  const index = tailStart(log, meta.index, config.compactionTail, config.compactionTailBytes)
  if (index <= log.base) return
  trace(node, 'CompactLog', 'PMMC 4.2', { from: log.base, to: index, snapshot: meta.index })
  compact(node, { index, epoch: epochIn(log, index)!, membership: membershipAsOf(state, index) }, false)
}

/** A snapshot has arrived whole. It holds what was chosen up to its index, so nothing accepted above is touched. */
export function onSnapshotReceived(
  node: PaxosNode,
  from: NodeId,
  message: PaxosMessage,
  meta: SnapshotMeta,
): void {
  const { state, outbox } = node
  if (message.type !== 'InstallSnapshot') return ignore(node, message.type, 'no-snapshot-message', from)
  if (state.learning?.from === from) state.learning = undefined
  if (meta.index <= state.commit) return ignore(node, message.type, 'nothing-new', from)
  trace(node, 'InstallSnapshot', 'PMMC 4.3', { from, index: meta.index, commit: state.commit })
  // Somebody else has chosen values in slots of this ballot, and nothing says whether they are this leader's.
  if (meta.index >= (state.leadership?.start ?? Infinity)) becomeFollower(node, undefined, 'overtaken')
  forgetBytes(node, meta.index)
  compact(node, meta, true)
  outbox.snapshot({ type: 'install', meta })
  state.snapshotIndex = Math.max(state.snapshotIndex, meta.index)
  state.commit = meta.index
  state.applied = meta.index
  skipChosen(state)
  extendReceived(node)
  // Own proposals may be among what the snapshot covers: their results are not known here.
  abandon(node, state.requests.lastProposed, 'leadership-lost')
  state.following.forwarded = []
  onMembershipChosen(node, true)
  state.aware.clear()
  noteAware(state, from, meta.index)
  learnFromSource(node)
}

/** The transfer is over, whatever came of it: whoever lacks more asks again. */
export function onTransferEnded(node: PaxosNode, to: NodeId, cause: string): void {
  if (node.state.transfers.delete(to)) trace(node, 'TransferEnded', 'none', { to, cause })
}

/** The slots up to `meta.index` go. Losing that in a crash is harmless, unless the machine goes on from the snapshot alone. */
function compact(node: PaxosNode, meta: SnapshotMeta, sync: boolean): void {
  const { state, outbox } = node
  outbox.persist({ type: 'compactTo', meta }, sync)
  forgetSlots(state.log, meta.index, meta.epoch)
  rebaseMemberships(state, meta)
}

/** Values that this leader had proposed in slots which the snapshot covers are chosen, and wait no more. */
function forgetBytes({ state }: PaxosNode, index: LogIndex): void {
  const { leadership, log, commit } = state
  if (leadership === undefined) return
  for (let slot = commit + 1; slot <= index; slot++) {
    if (isProposed(leadership, slot)) leadership.pendingBytes -= entryIn(log, slot)!.data.length
  }
}
