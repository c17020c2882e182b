import { type Configuration, type NodeId, isQuorum, votersOf } from '@quorate/core'

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
  private readonly membershipsNow: () => readonly Configuration[]
  private readonly dataOf: (node: NodeId) => DataState
  private readonly isOn: boolean
  private readonly lost = new Map<NodeId, Loss>()

  /**
   * `membershipsNow`: each needs a quorum. `isOn` false: every fault is allowed, and a replica that has forgotten comes
   * back.
   */
  constructor(
    membershipsNow: () => readonly Configuration[],
    dataOf: (node: NodeId) => DataState,
    isOn: boolean,
  ) {
    this.membershipsNow = membershipsNow
    this.dataOf = dataOf
    this.isOn = isOn
  }

  /** May that replica's durable data be harmed? Not if one of the memberships would lack a quorum. */
  mayHarm(node: NodeId): boolean {
    return this.membershipsNow().every((membership) => this.isAbleWithout(node, membership))
  }

  /** Could that membership decide? Nobody asks for one of replicas that are lost. */
  isAble(membership: Configuration): boolean {
    return this.isAbleWithout(undefined, membership)
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

  /** The voters of all these memberships whose data is good. */
  get good(): readonly NodeId[] {
    const voters = new Set(this.membershipsNow().flatMap(votersOf))
    return [...voters].filter((node) => this.isGood(node)).sort((a, b) => a - b)
  }

  private isAbleWithout(node: NodeId | undefined, { quorums }: Configuration): boolean {
    return !this.isOn || isQuorum(quorums, (voter) => voter !== node && this.isGood(voter))
  }
}
