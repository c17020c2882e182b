import { lastIndex, type Output, shedLog, takeToken } from '@quorate/core'
import { sendAck } from './acknowledge.ts'
import { advanceApplied, advanceLeaderCommit } from './commit.ts'
import { stageWrites } from './log-writes.ts'
import type { RaftMessage } from './messages.ts'
import type { RaftNode } from './node.ts'
import { sendForwards } from './propose.ts'
import { answerConfirmedReads, beginReadRound, sendReadIndex } from './reads.ts'
import { advanceChange, leaveOffice } from './reconfigure.ts'
import { replicate } from './replicate.ts'
import { advanceTransfer } from './transfer.ts'

/** The end of a turn: what is dear is done here, once for everything that has arrived. */
export function takeTurn(node: RaftNode): Output<RaftMessage> {
  const { state, outbox } = node
  const { leadership, leader } = state
  if (leadership !== undefined) {
    advanceLeaderCommit(node)
    advanceChange(node, leadership)
  }
  stageWrites(node)
  if (leadership !== undefined) {
    const isReadRound = beginReadRound(node, leadership)
    replicate(node, leadership, isReadRound)
    answerConfirmedReads(node, leadership)
    advanceTransfer(node, leadership)
  } else if (leader !== undefined) {
    sendAck(node, leader)
    sendForwards(node, leader)
    sendReadIndex(node, leader)
  }
  advanceApplied(node)
  if (leadership !== undefined) leaveOffice(node, leadership)
  const token = takeToken(state.durability, state.term, outbox.hasPersist, lastIndex(state.log))
  shedLog(state.log, Math.min(state.applied, state.durability.durableIndex), node.config)
  return outbox.take(token)
}
