import type { Ballot, Entry, LogIndex, NodeId } from '@quorate/core'
import { ballotOf, compareBallots, packBallots } from '../ballot.ts'
import { advancePromised, becomeFollower } from '../become.ts'
import { ballotIn, entryIn, lastSlot } from '../disk/slot-log.ts'
import { hasLiveLeader, makeWay } from '../election-timer.ts'
import type { Prepare } from '../messages.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'
import { isLeasedToOther } from './lease.ts'

/**
 * Phase 1b (Paxos Made Simple, §2.2): if the ballot is above all that were promised, promises to accept nothing below
 * it any more, and tells what was accepted. PMMC, figure 4, `p1a`.
 */
export function onPrepare(node: PaxosNode, from: NodeId, message: Prepare): void {
  const { state, config } = node
  const ballot = ballotOf(message)
  if (message.window !== config.window) return ignore(node, message.type, 'other-window', from)
  const order = compareBallots(ballot, state.promised)
  if (order < 0) return refuse(node, from, ballot)
  if (order > 0) {
    // Only liveness is at stake here, and leases: nobody is bound to promise.
    if (hasLiveLeader(node, from)) return ignore(node, message.type, 'leader-alive', from)
    if (isLeasedToOther(node, from)) return ignore(node, message.type, 'leased', from)
    advancePromised(node, ballot)
    becomeFollower(node, undefined, message.type)
    makeWay(node)
  }
  trace(node, 'Phase1b', 'Paxos Made Simple 2.2', { to: from, ballot, from: message.from })
  sendPromise(node, from, message.from)
}

/** Tells a proposer that a higher ballot was promised: it is not needed for safety, and spares it the waiting (§2.5). */
export function refuse(node: PaxosNode, to: NodeId, ballot: Ballot): void {
  const { promised } = node.state
  trace(node, 'Refuse', 'Paxos Made Simple 2.5', { to, ballot, promised })
  node.outbox.sendNow(to, {
    type: 'Refuse',
    round: ballot.round,
    node: ballot.node,
    promisedRound: promised.round,
    promisedNode: promised.node,
  })
}

/** The promise, with the first piece of what was accepted from `from` on. It leaves when the promise is durable. */
function sendPromise(node: PaxosNode, to: NodeId, from: LogIndex): void {
  const { state, outbox, config } = node
  const { promised, commit, log } = state
  const piece = acceptedFrom(node, Math.max(from, commit + 1))
  const message = {
    type: 'Promise',
    round: promised.round,
    node: promised.node,
    from,
    to: piece.to,
    last: lastSlot(log),
    chosen: commit,
    entries: piece.entries,
    ballots: packBallots(piece.ballots),
  } as const
  if (config.unsafe.promiseBeforeDurable === true) outbox.sendNow(to, message)
  else outbox.sendWhenDurable(to, message)
}

/** What was accepted from a slot on, as much as fits into one message, though at least one value if there is any. */
function acceptedFrom(
  { state, config }: PaxosNode,
  from: LogIndex,
): { to: LogIndex; entries: Entry[]; ballots: Ballot[] } {
  const { log } = state
  const last = lastSlot(log)
  const entries: Entry[] = []
  const ballots: Ballot[] = []
  let bytes = 0
  let slot = from
  for (; slot <= last; slot++) {
    const entry = entryIn(log, slot)
    if (entry === undefined) continue
    bytes += entry.data.length
    if (bytes > config.maxBatchBytes && entries.length > 0) break
    entries.push(entry)
    ballots.push(ballotIn(log, slot)!)
  }
  return { to: slot - 1, entries, ballots }
}
