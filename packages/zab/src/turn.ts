import { lastIndex } from '@quorate/core'
import { advanceCommit, applyCommitted } from './broadcast/advance-commit.ts'
import { emptyBatch, readBack, serveLearner } from './broadcast/serve-learner.ts'
import { advanceDiscovery } from './discovery/advance-discovery.ts'
import { decideElection } from './election/decide-election.ts'
import { tellVote } from './election/send-notification.ts'
import { advanceHandover } from './handover/hand-over.ts'
import { saveHistory } from './history/history.ts'
import type { Zab } from './node.ts'
import { hasRelayedReads, noteRelayedReads } from './relay/relay-reads.ts'
import { adoptCommitted } from './reconfiguration/adopt-committed.ts'
import { advanceReconfiguration, leaveOffice } from './reconfiguration/reconfigure.ts'
import { serveObservers } from './relay/serve-observers.ts'
import { beginReadRound } from './requests/read.ts'
import type { Following, Leadership } from './state.ts'
import { advanceSynchronization } from './synchronization/advance-synchronization.ts'
import { trace } from './trace.ts'

/** Moves on from phase to phase, as far as what has been heard allows. After every input but requests. */
export function advance(zab: Zab): void {
  const { state } = zab
  if (state.election !== undefined) decideElection(zab, state.election)
  if (state.leadership?.phase === 'DISCOVERY') advanceDiscovery(zab, state.leadership)
  if (state.leadership?.phase === 'SYNCHRONIZATION') advanceSynchronization(zab, state.leadership)
}

/** The end of a turn: one persist, one message of entries to each learner, one list to apply. */
export function endTurn(zab: Zab): void {
  const { leadership, following } = zab.state
  if (leadership?.phase === 'BROADCAST') traceRequests(zab)
  saveHistory(zab)
  if (following !== undefined) adoptCommitted(zab)
  if (leadership !== undefined) endLeaderTurn(zab, leadership)
  else if (following !== undefined) endLearnerTurn(zab, following)
  else tellVote(zab)
  applyCommitted(zab)
}

/** What was proposed in this turn, all together. LeaderProcessRequest. */
function traceRequests(zab: Zab): void {
  const { saved, log } = zab.state
  const last = lastIndex(log)
  if (last > saved)
    trace(zab, 'LeaderProcessRequest', 'Zab (DSN 2011), step l.3.1', { from: saved + 1, last })
}

function endLeaderTurn(zab: Zab, leadership: Leadership): void {
  advanceCommit(zab, leadership)
  adoptCommitted(zab)
  advanceReconfiguration(zab, leadership)
  const batch = emptyBatch()
  const { learners } = leadership
  // Backwards: serving may drop a learner that has fallen behind, and with it the quorum.
  for (let i = learners.length - 1; i >= 0; i--) {
    serveLearner(zab, leadership, learners[i]!, batch)
    if (zab.state.leadership !== leadership) return
  }
  readBack(zab, leadership)
  beginReadRound(zab, leadership)
  leaveOffice(zab, leadership)
  const { handover } = zab.state
  if (handover?.sent === false) advanceHandover(zab, leadership, handover)
}

function endLearnerTurn(zab: Zab, following: Following): void {
  const { out, options } = zab
  const { connection, epoch, leader, sync } = following
  if (following.reportDue && sync !== undefined) {
    const indexEpoch = sync.entries.at(-1)?.epoch ?? sync.indexEpoch
    out.sendNow(leader, { type: 'RECEIVED', connection, epoch, index: following.end, indexEpoch })
  }
  if (following.ackDue) {
    const ack = { type: 'ACK', connection, epoch, index: following.end } as const
    const early =
      following.phase === 'ADOPTED'
        ? options.unsafe.ackNewLeaderBeforeDurable
        : options.unsafe.ackBeforeDurable
    if (early) out.sendNow(leader, ack)
    else out.sendWhenDurable(leader, ack)
  }
  following.reportDue = false
  following.ackDue = false
  forwardRequests(zab, following)
  if (following.relay !== undefined) serveObservers(zab, following.relay)
}

/** One message for all commands, one for all reads of the turn. ZooKeeper forwards each by itself. */
function forwardRequests({ out }: Zab, following: Following): void {
  const { connection, leader, sequences, commands, reads, relay } = following
  if (sequences.length > 0) {
    out.sendNow(leader, { type: 'REQUEST', connection, sequences, commands })
    following.sequences = []
    following.commands = []
  }
  if (reads.length > 0 || hasRelayedReads(relay)) {
    const round = ++following.readRound
    out.sendNow(leader, { type: 'READ', connection, round })
    following.pendingReads.push({ round, sequences: reads })
    following.reads = []
    if (relay !== undefined) noteRelayedReads(relay, round)
  }
}
