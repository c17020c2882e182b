import { type NodeId, unreachable } from '@quorate/core'
import { onHeartbeat } from './acceptor/on-heartbeat.ts'
import { onPrepare } from './acceptor/phase1b.ts'
import { onAccept } from './acceptor/phase2b.ts'
import { onAccepted } from './leader/choose.ts'
import { onHeartbeatAck } from './leader/on-heartbeat-ack.ts'
import { onPromise, onRefuse } from './leader/on-promise.ts'
import { onLearn, onLearned } from './learner/learn.ts'
import type { PaxosMessage } from './messages.ts'
import { ignore, type PaxosNode } from './node.ts'
import { onReadIndexResponse } from './requests/follower-reads.ts'
import { onForwardRefused, onNotLeader } from './requests/forward.ts'
import { onForward } from './requests/propose.ts'
import { onReadIndex } from './requests/reads.ts'
import { isWellFormed } from './well-formed.ts'

/** A message arrived. Whoever proposes does so in a ballot of its own: no two replicas share one. */
export function onReceive(node: PaxosNode, from: NodeId, message: PaxosMessage): void {
  const { state, outbox } = node
  if (from === state.self || !isWellFormed(message) || isImpostor(from, message)) {
    ignore(node, message.type, 'malformed', from)
    return outbox.resetLink(from)
  }
  dispatch(node, from, message)
}

function isImpostor(from: NodeId, message: PaxosMessage): boolean {
  const { type } = message
  return (type === 'Prepare' || type === 'Accept' || type === 'Heartbeat') && message.node !== from
}

function dispatch(node: PaxosNode, from: NodeId, message: PaxosMessage): void {
  switch (message.type) {
    case 'Accept':
      return onAccept(node, from, message)
    case 'Accepted':
      return onAccepted(node, from, message)
    case 'Heartbeat':
      return onHeartbeat(node, from, message)
    case 'HeartbeatAck':
      return onHeartbeatAck(node, from, message)
    case 'Prepare':
      return onPrepare(node, from, message)
    case 'Promise':
      return onPromise(node, from, message)
    case 'Refuse':
      return onRefuse(node, from, message)
    case 'Learn':
      return onLearn(node, from, message)
    case 'Learned':
      return onLearned(node, from, message)
    case 'Forward':
      return onForward(node, from, message)
    case 'ForwardRefused':
      return onForwardRefused(node, from, message)
    case 'ReadIndex':
      return onReadIndex(node, from, message)
    case 'ReadIndexResponse':
      return onReadIndexResponse(node, from, message)
    case 'NotLeader':
      return onNotLeader(node, from, message)
    case 'InstallSnapshot':
      return ignore(node, message.type, 'came-without-its-snapshot', from)
    default:
      unreachable(message, 'message of Multi-Paxos')
  }
}
