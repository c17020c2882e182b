import type { NodeId } from '@quorate/core'
import { ballotOf, isSame } from '../ballot.ts'
import type { HeartbeatAck } from '../messages.ts'
import { ignore, type PaxosNode, trace } from '../node.ts'
import { settleChange } from '../reconfigure.ts'
import type { Leadership } from '../state.ts'
import { advanceBeat, advanceMatch, type Progress, rewind } from './progress.ts'

/** A member answers a beat: it is there, had promised nothing higher, and says which Accepts have reached it. */
export function onHeartbeatAck(node: PaxosNode, from: NodeId, message: HeartbeatAck): void {
  const { state, config } = node
  const { leadership } = state
  if (leadership === undefined || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'other-ballot', from)
  }
  const progress = leadership.progress.get(from)
  if (progress === undefined) return ignore(node, message.type, 'no-member', from)
  const beat = config.unsafe.reuseReadBeats === true ? leadership.beat : message.beat
  if (advanceBeat(progress, beat, leadership.beat)) {
    leadership.confirmed = true
    progress.chosen = message.chosen // less than before if it has started again
    settleChange(node, leadership)
    if (state.leadership !== leadership) return // it was no member any more
  }
  const received = Math.min(message.received, leadership.next - 1)
  if (advanceMatch(progress, Math.min(message.durable, received))) leadership.acknowledged = true
  noteLoss(node, leadership, progress, message.beat, received)
}

/** What had been sent before a beat, and has not arrived with it, was lost: it is sent again. */
function noteLoss(
  node: PaxosNode,
  leadership: Leadership,
  progress: Progress,
  beat: number,
  received: number,
): void {
  if (progress.markBeat === 0 || beat < progress.markBeat) return
  const { markNext } = progress
  progress.markBeat = 0
  // What has been compacted here is not sent: the member asks for it.
  if (received >= markNext - 1 || received < node.state.log.base) return
  trace(node, 'AcceptLost', 'Paxos Made Simple 2.2', { to: progress.node, received, next: progress.next })
  rewind(progress, Math.max(received + 1, leadership.start))
}
