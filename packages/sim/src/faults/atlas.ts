import { type Membership, type NodeId, isQuorum, votersOf } from '@quorate/core'

/** How a replica was lost for good. */
export type Loss =
  /** Its store refused what the disk holds: it is damaged. */
  | 'refused'
  /** Its store found less than it had been told was durable, and could not know. */
  | 'amnesia'

/** What the atlas knows of a replica's data from its disk. */
export interface DataState {
  /** Is what the disk holds not what was written, or could it be so after a crash? */
  readonly isAtRisk: boolean
}

/**
 * Which replicas' durable data is good. The protocols survive the loss of any minority of replicas that never come
 * back; none survives one that comes back under its own id and has forgotten what it promised. So a fault may harm a
 * replica's data only if those that are good without it are still a quorum, and a replica that was found damaged or
 * forgetful stays out. (Its operator would replace it by one with a new id.)
 */
export class Atlas {
  private readonly membershipNow: () => Membership
  private readonly dataOf: (node: NodeId) => DataState
  private readonly isOn: boolean
  private readonly lost = new Map<NodeId, Loss>()

  /** `membershipNow`: in force, and pending. `isOn` false: every fault is allowed, and a replica that has forgotten comes back. */
  constructor(membershipNow: () => Membership, dataOf: (node: NodeId) => DataState, isOn: boolean) {
    this.membershipNow = membershipNow
    this.dataOf = dataOf
    this.isOn = isOn
  }

  /** May that replica's durable data be harmed? Not if one of the memberships in force and pending would lack a quorum. */
  mayHarm(node: NodeId): boolean {
    if (!this.isOn) return true
    const now = this.membershipNow()
    const later = now.pending ?? []
    return [now, ...later.map(({ membership }) => membership)].every(({ quorums }) =>
      isQuorum(quorums, (voter) => voter !== node && this.isGood(voter)),
    )
  }

  /** Does a replica that has forgotten something stay out? */
  get keepsOut(): boolean {
    return this.isOn
  }

  /** The replica does not come back. */
  lose(node: NodeId, loss: Loss): void {
    this.lost.set(node, loss)
  }

  isLost(node: NodeId): boolean {
    return this.lost.has(node)
  }

  /** Is all that it has promised on its disk, and would be after a crash? */
  isGood(node: NodeId): boolean {
    return !this.lost.has(node) && !this.dataOf(node).isAtRisk
  }

  /** The voters in force whose data is good. */
  get good(): readonly NodeId[] {
    return votersOf(this.membershipNow()).filter((node) => this.isGood(node))
  }
}
