import type { Epoch, LogIndex, NodeId } from '@quorate/core'
import type { UnsafeRules } from '../options.ts'

/** Who should lead, and why: what that replica's history is. Flat, because it travels. */
export interface Vote {
  /** 0: nobody. The vote of those who cannot lead. */
  readonly leader: NodeId
  /** The leader's currentEpoch: of the history that it adopted last. */
  readonly epoch: Epoch
  /** The last zxid in the leader's log. */
  readonly zxidEpoch: Epoch
  readonly zxidIndex: LogIndex
}

/** Loses to every vote. Observers, voters of no weight, and replicas whose disk has stalled start with it. */
export const noVote: Vote = { leader: 0, epoch: 0, zxidEpoch: 0, zxidIndex: 0 }

/**
 * Is `a` the better vote? FastLeaderElection.totalOrderPredicate: the epoch of the adopted history, then its last
 * zxid, then the id. The first two make the winner's history complete; the id only makes the order total.
 */
export function supersedes(a: Vote, b: Vote, unsafe: UnsafeRules = {}): boolean {
  if (unsafe.electById === true) return a.leader > b.leader
  if (a.epoch !== b.epoch && unsafe.ignoreEpochInVotes !== true) return a.epoch > b.epoch
  if (a.zxidEpoch !== b.zxidEpoch) return a.zxidEpoch > b.zxidEpoch
  if (a.zxidIndex !== b.zxidIndex) return a.zxidIndex > b.zxidIndex
  return a.leader > b.leader
}

export function sameVote(a: Vote, b: Vote): boolean {
  return (
    a.leader === b.leader && a.epoch === b.epoch && a.zxidEpoch === b.zxidEpoch && a.zxidIndex === b.zxidIndex
  )
}

/** The fields of a vote alone. */
export function voteOf(vote: Vote): Vote {
  return { leader: vote.leader, epoch: vote.epoch, zxidEpoch: vote.zxidEpoch, zxidIndex: vote.zxidIndex }
}
