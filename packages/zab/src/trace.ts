import type { NodeId } from '@quorate/core'
import type { ZabMessage } from './message.ts'
import type { Zab } from './node.ts'

/**
 * Actions of the TLA+ specifications Zab.tla, FastLeaderElection.tla and ZkV3_7_0.tla, by their names; the rest, in lower case,
 * have none there.
 */
export type ActionName =
  | 'FLENotmsgTimeout'
  | 'FLEHandleNotmsg'
  | 'FLEWaitNewNotmsg'
  | 'UpdateLeader'
  | 'FollowLeader'
  | 'FollowerShutdown'
  | 'LeaderShutdown'
  | 'ConnectAndFollowerSendFOLLOWERINFO'
  | 'LeaderProcessFOLLOWERINFO'
  | 'FollowerProcessLEADERINFO'
  | 'LeaderProcessACKEPOCH'
  | 'LeaderSyncFollower'
  | 'FollowerProcessSyncMessage'
  | 'FollowerProcessNEWLEADER'
  | 'LeaderProcessACKLD'
  | 'FollowerProcessUPTODATE'
  | 'LeaderProcessACK'
  | 'FollowerProcessCOMMIT'
  | 'FilterNonexistentMessage'
  | 'synchronization-begun'
  | 'established'
  | 'learner-dropped'
  | 'log-compacted'
  | 'disk-stalled'
  | 'disk-recovered'
  | 'disk-failed'
  | 'reads-confirmed'

/** Why a message changes nothing. */
export type IgnoreReason =
  | 'malformed'
  | 'not-a-member'
  | 'not-leading'
  | 'not-my-leader'
  | 'not-my-learner'
  | 'other-connection'
  | 'other-epoch'
  | 'wrong-phase'
  | 'wrong-role'
  | 'older-round'
  | 'undecided'
  | 'already-known'
  | 'not-looking'
  | 'not-asked-for'

export function trace(
  { state, out }: Zab,
  name: ActionName,
  rule: string,
  detail: Readonly<Record<string, unknown>>,
): void {
  out.trace({ name, node: state.self, epoch: state.currentEpoch, rule, detail })
}

/** Notes that a message changes nothing, and why. */
export function ignore(zab: Zab, from: NodeId, message: ZabMessage, reason: IgnoreReason): void {
  trace(zab, 'FilterNonexistentMessage', 'ZkV3_7_0.tla', { from, type: message.type, reason })
}
