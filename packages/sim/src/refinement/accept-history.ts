import type { Acceptance, LogIndex, Observation } from '@quorate/core'
import type { AbstractLog, Round } from './abstract-log.ts'
import type { ReplicaLog } from './replica-log.ts'
import type { Refuse } from './rules.ts'
import { describeEntry, isHeldAs } from './same-entry.ts'

/**
 * In which round a replica accepts its log as it is now. It is the round of the last entry (Raft: whoever has an entry
 * of a term has the leader's log up to there), or the epoch that it has adopted (Zab). Undefined if there is nothing to
 * accept.
 */
export function historyRound(
  log: AbstractLog,
  acceptance: Acceptance,
  replica: ReplicaLog,
  view: Observation,
  refuse: Refuse,
): Round | undefined {
  if (view.leader === replica.node) begin(log, view.epoch, replica, view, refuse)
  if (replica.last === 0) return undefined
  const number =
    acceptance === 'history'
      ? view.epoch
      : (replica.ownAt(replica.last)?.epoch ?? log.chosenAt(replica.base)?.entry.epoch)
  if (number === undefined) return undefined
  // Whoever is the first to have something of a round made it: a leader that was deposed in the same turn.
  return log.round(number) ?? begin(log, number, replica, view, refuse)
}

/** The replica leads the round, and proposes anew all that it has. */
function begin(
  log: AbstractLog,
  number: number,
  replica: ReplicaLog,
  { membership }: Observation,
  refuse: Refuse,
): Round {
  const isNew = log.round(number) === undefined
  const round = log.start(number, replica.node, membership.quorums)
  if (!isNew) return round
  const must = log.chosenBefore(number)
  round.chosenTo = Math.min(replica.agreed, must)
  if (replica.agreed >= must) return round
  const slot = replica.agreed + 1
  const own = replica.at(slot)
  const chosen = log.chosenAt(slot)
  const message = `replica ${replica.node} starts round ${number} ${own === undefined ? 'without' : 'with another entry than'} what was chosen at ${slot}`
  refuse('safe-proposal', { type: 'start', round: number, by: replica.node }, message, {
    own: own && describeEntry(own),
    chosen: chosen && describeEntry(chosen.entry),
    chosenIn: chosen?.round,
  })
  return round
}

/**
 * The replica accepts its log in the round: proposes it, if it is the sequencer, and must have just what was proposed if
 * it is not. What is known to be chosen needs no look, nor what lies below `low` if it was looked at for the same round.
 */
export function acceptHistory(
  log: AbstractLog,
  round: Round,
  replica: ReplicaLog,
  low: LogIndex,
  refuse: Refuse,
): void {
  const isKnown = replica.matchedRound === round.number
  replica.matchedRound = round.number
  const from = isKnown ? Math.max(low, replica.agreed + 1) : replica.agreed + 1
  for (let slot = from; slot <= replica.last; slot++) {
    const entry = replica.at(slot)
    if (entry === undefined) continue
    if (round.by === replica.node) {
      replica.identify(slot, log.propose(round, entry))
      continue
    }
    const proposed = log.valueAt(round, slot)
    if (proposed !== undefined && isHeldAs(proposed, entry)) {
      replica.identify(slot, proposed)
      continue
    }
    const message = `replica ${replica.node} accepts ${describeEntry(entry)} in round ${round.number}, whose sequencer ${round.by} proposed ${proposed === undefined ? 'nothing' : 'something else'} there`
    return refuse(
      'accept-proposed',
      { type: 'accept', round: round.number, replica: replica.node, slot },
      message,
      { proposed: proposed && describeEntry(proposed) },
    )
  }
}
