import { lastIndex, type Output, takeToken } from '@quorate/core'
import { sendAck } from './acknowledge.ts'
import { advanceApplied, advanceLeaderCommit } from './commit.ts'
import { stageWrites } from './log-writes.ts'
import type { RaftMessage } from './messages.ts'
import type { RaftNode } from './node.ts'
import { sendForwards } from './propose.ts'
import { answerConfirmedReads, beginReadRound, sendReadIndex } from './reads.ts'
import { replicate } from './replicate.ts'

/** The end of a turn: what is dear is done here, once for everything that has arrived. */
export function takeTurn(node: RaftNode): Output<RaftMessage> {
  const { state, outbox } = node
  const { leadership, leader } = state
  stageWrites(node)
  if (leadership !== undefined) {
    advanceLeaderCommit(node)
    const isReadRound = beginReadRound(node, leadership)
    replicate(node, leadership, isReadRound)
    answerConfirmedReads(node, leadership)
  } else if (leader !== undefined) {
    sendAck(node, leader)
    sendForwards(node, leader)
    sendReadIndex(node, leader)
  }
  advanceApplied(node)
  const token = takeToken(state.durability, state.term, outbox.hasPersist, lastIndex(state.log))
  return outbox.take(token)
}
