import type { Ballot, NodeId } from '@quorate/core'
import { isPromiseDurable } from '../acceptor/acknowledge.ts'
import { ballotOf, isAbove, isSame, unpackBallots } from '../ballot.ts'
import { becomeLeader, becomePreempted } from '../become.ts'
import type { Promise1b, Refuse } from '../messages.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'
import type { Phase1 } from '../state.ts'
import { hasPromiseQuorum, sendPrepare } from './phase1a.ts'

/** A write is durable: a candidate's own promise counts once its ballot is on disk. */
export function countOwnPromise(node: PaxosNode): void {
  const { phase1, self, role } = node.state
  if (role !== 'candidate' || phase1 === undefined || phase1.promised.has(self)) return
  if (!isPromiseDurable(node)) return
  trace(node, 'CountOwnPromise', 'PMMC figure 6, scout', { ballot: node.state.promised })
  phase1.promised.add(self)
  advancePhase1(node)
}

/** An acceptor has promised. PMMC, figure 6: the scout collects what it had accepted. */
export function onPromise(node: PaxosNode, from: NodeId, message: Promise1b): void {
  const { state } = node
  const { phase1 } = state
  if (phase1 === undefined || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'other-ballot', from)
  }
  const expected = phase1.partial.get(from) ?? message.from
  if (phase1.promised.has(from) || message.from !== expected)
    return ignore(node, message.type, 'repeated', from)
  const ballots = unpackBallots(message.ballots, message.entries.length)
  if (ballots === undefined) {
    ignore(node, message.type, 'malformed', from)
    return node.outbox.resetLink(from)
  }
  collect(node, phase1, from, message, ballots)
  if (message.to < message.last) {
    phase1.partial.set(from, message.to + 1)
    return sendPrepare(node, from, message.to + 1)
  }
  phase1.partial.delete(from)
  phase1.promised.add(from)
  trace(node, 'Promised', 'PMMC figure 6, scout', { from, chosen: message.chosen, last: message.last })
  advancePhase1(node)
}

/** Of each slot the value of the highest ballot is kept: the one that phase 2a must propose. PMMC, figure 5, `pmax`. */
function collect(
  { state, config }: PaxosNode,
  phase1: Phase1,
  from: NodeId,
  { chosen, entries }: Promise1b,
  ballots: readonly Ballot[],
): void {
  if (chosen > phase1.chosen) {
    phase1.chosen = chosen
    phase1.source = from
  }
  const prefersLowest = config.unsafe.takeLowestBallot === true
  const next = state.leadership?.next ?? 0
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    const ballot = ballots[i]!
    const known = phase1.accepted.get(entry.index)
    const wins = known === undefined || isAbove(ballot, known.ballot) !== prefersLowest
    // A slot that is proposed for already had the promises of a quorum of its own.
    if (wins && entry.index >= next) phase1.accepted.set(entry.index, { ballot, entry })
  }
}

function advancePhase1(node: PaxosNode): void {
  const { state } = node
  if (state.role === 'candidate') {
    if (hasPromiseQuorum(node)) becomeLeader(node)
  } else if (state.leadership !== undefined && state.phase1 !== undefined) {
    for (const slot of state.phase1.accepted.keys()) {
      if (slot > state.leadership.top) state.leadership.top = slot
    }
  }
}

/** An acceptor has promised a higher ballot than this replica's. PMMC, figures 6 and 7: preempted. */
export function onRefuse(node: PaxosNode, from: NodeId, message: Refuse): void {
  const { state } = node
  if (state.phase1 === undefined || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'other-ballot', from)
  }
  const promised = { round: message.promisedRound, node: message.promisedNode }
  if (!isAbove(promised, state.promised)) return ignore(node, message.type, 'malformed', from)
  becomePreempted(node, promised, from)
}
