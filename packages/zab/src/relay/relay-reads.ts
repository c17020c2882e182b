import { findLearner } from '../liveness/learners.ts'
import type { Read, ReadIndex } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Learner, Relay } from '../state.ts'
import { ignore } from '../trace.ts'

/**
 * Follower hears of an observer's reads. They go to the leader with its own of this turn, so the leader confirms that it
 * leads after they were asked for.
 */
export function relayRead(zab: Zab, relay: Relay, learner: Learner, message: Read): void {
  if (learner.phase !== 'UPTODATE') return ignore(zab, learner.node, message, 'wrong-phase')
  const { node, connection } = learner
  relay.reads.push({ node, connection, round: message.round })
}

/** Are there reads of observers to be forwarded this turn? */
export function hasRelayedReads(relay: Relay | undefined): relay is Relay {
  return relay !== undefined && relay.reads.length > 0
}

/** They are forwarded, as part of `round`. */
export function noteRelayedReads(relay: Relay, round: number): void {
  relay.pendingReads.push({ round, reads: relay.reads })
  relay.reads = []
}

/** The leader has answered a round: the observers whose reads were part of it hear the same index. */
export function answerRelayedReads({ out }: Zab, relay: Relay, { round, index }: ReadIndex): void {
  const position = relay.pendingReads.findIndex((pending) => pending.round === round)
  if (position < 0) return
  const [answered] = relay.pendingReads.splice(position, 1)
  for (const { node, connection, round: asked } of answered!.reads) {
    if (findLearner(relay, node)?.connection !== connection) continue
    out.sendNow(node, { type: 'READINDEX', connection, round: asked, index })
  }
}
