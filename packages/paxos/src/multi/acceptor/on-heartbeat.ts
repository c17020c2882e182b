import type { NodeId } from '@quorate/core'
import type { Heartbeat } from '../messages.ts'
import { ignore, type PaxosNode } from '../node.ts'
import { expireForwards } from '../requests/forward.ts'
import { repeatReadIndex } from '../requests/follower-reads.ts'
import { noteBeatForLearning } from '../learner/learn.ts'
import { answerBeat } from './acknowledge.ts'
import { followBallot } from './phase2b.ts'

/** The leader is there. Paxos Made Simple, §2.4 and §3: a distinguished proposer, and how others know that it lives. */
export function onHeartbeat(node: PaxosNode, from: NodeId, message: Heartbeat): void {
  const { state } = node
  if (!followBallot(node, from, message)) return
  const { following } = state
  if (message.beat <= following.beat) return ignore(node, message.type, 'old-beat', from)
  following.chosen = Math.max(following.chosen, message.chosen)
  following.beats += 1
  noteBeatForLearning(node)
  expireForwards(node)
  repeatReadIndex(node, from)
  answerBeat(node, from, message.beat)
}
