import { forwardedCommands } from '../broadcast/propose.ts'
import { dropLearner } from '../liveness/drop-learner.ts'
import { findLearner } from '../liveness/learners.ts'
import type { RelayReject, RelayRequest, Request } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following, Leadership, Learner, RequestSource } from '../state.ts'
import { ignore } from '../trace.ts'

/** Follower sends an observer's commands on to the leader. Those it has sent on before are left out. */
export function relayRequest(zab: Zab, following: Following, learner: Learner, message: Request): void {
  if (learner.phase !== 'UPTODATE') return ignore(zab, learner.node, message, 'wrong-phase')
  const fresh = message.sequences.findIndex((sequence) => sequence > learner.lastRequest)
  if (fresh < 0) return ignore(zab, learner.node, message, 'already-known')
  learner.lastRequest = message.sequences.at(-1)!
  zab.out.sendNow(following.leader, {
    type: 'RELAYREQUEST',
    connection: following.connection,
    origin: learner.node,
    originConnection: learner.connection,
    sequences: fresh === 0 ? message.sequences : message.sequences.slice(fresh),
    commands: fresh === 0 ? message.commands : message.commands.slice(fresh),
  })
}

/** Leader handles the commands of an observer that `learner` feeds. They are the observer's own, whoever brings them. */
export function onRelayedRequest(
  zab: Zab,
  leadership: Leadership,
  learner: Learner,
  message: RelayRequest,
  time: number,
): void {
  if (learner.phase !== 'UPTODATE') return ignore(zab, learner.node, message, 'wrong-phase')
  const source = sourceOf(zab, leadership, message)
  if (source === undefined) return ignore(zab, learner.node, message, 'other-connection')
  const refused = forwardedCommands(zab, leadership, source, message, time)
  if (refused === undefined) return
  const { connection, node } = learner
  const { origin, originConnection } = message
  zab.out.sendNow(node, { type: 'RELAYREJECT', connection, origin, originConnection, ...refused })
}

/**
 * What has come from that observer on its newest connection, whichever way: the ways differ in length, so what it sent
 * through one that it has left, and has given up, may come behind what it sent through the next. Undefined if this has.
 */
function sourceOf(zab: Zab, leadership: Leadership, message: RelayRequest): RequestSource | undefined {
  const { relayed } = leadership
  const { origin, originConnection } = message
  const direct = findLearner(leadership, origin)
  if (direct !== undefined) {
    if (direct.connection > originConnection) return undefined
    dropLearner(zab, leadership, origin, 'looking') // it has left: the news is under way
  }
  const known = relayed.findIndex(({ node }) => node === origin)
  if (known >= 0 && relayed[known]!.connection > originConnection) return undefined
  if (known >= 0 && relayed[known]!.connection === originConnection) return relayed[known]
  const source = { node: origin, connection: originConnection, lastRequest: 0 }
  relayed.splice(Math.max(known, 0), known < 0 ? 0 : 1, source)
  return source
}

/** Follower tells an observer which of its commands the leader did not propose. */
export function onRelayedReject(zab: Zab, following: Following, message: RelayReject): void {
  const { origin, originConnection: connection, sequences, reason } = message
  const learner = following.relay && findLearner(following.relay, origin)
  if (learner?.connection !== connection) return ignore(zab, following.leader, message, 'not-my-learner')
  zab.out.sendNow(origin, { type: 'REJECT', connection, sequences, reason })
}
