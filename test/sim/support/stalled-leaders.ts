import type { LogIndex, NodeId } from '@quorate/core'
import type { SimCluster } from '@quorate/sim'

/** Milliseconds between two looks. */
const lookEvery = 20

/** A replica that leads. */
interface Reign {
  /** How far its log went when its disk last completed what it was given. */
  readonly lastIndex: LogIndex
  /** Since when it has waited for its disk. */
  readonly since: number | undefined
}

/**
 * Finds leaders that stay in office though their disk completes nothing (L17). Nothing else that is looked at shows them:
 * what they propose is decided by the disks of others.
 */
export class StalledLeaders {
  private readonly cluster: SimCluster
  /** For how long such a leader may stay one. */
  private readonly patience: number
  private readonly end: number
  private readonly reigns = new Map<NodeId, Reign>()

  /** Milliseconds. */
  constructor(cluster: SimCluster, patience: number, end: number) {
    this.cluster = cluster
    this.patience = patience
    this.end = end
    this.look()
  }

  private look(): void {
    const now = this.cluster.scheduler.now / 1000
    if (now >= this.end) return
    for (const id of this.cluster.nodes.keys()) this.lookAt(id, now)
    this.cluster.scheduler.after(lookEvery, 'control', undefined, () => this.look())
  }

  private lookAt(node: NodeId, now: number): void {
    const { process, disk } = this.cluster.node(node)
    const view = process?.view
    if (process?.isRunning !== true || view?.established !== true) return void this.reigns.delete(node)
    const { lastIndex } = view
    const reign = this.reigns.get(node)
    if (reign === undefined || !disk.trouble.isStalled) {
      return void this.reigns.set(node, { lastIndex, since: undefined })
    }
    const { since } = reign
    // It has written something since, which is under way.
    if (since === undefined && lastIndex > reign.lastIndex) this.reigns.set(node, { lastIndex, since: now })
    if (since === undefined || now - since <= this.patience) return
    this.cluster.books.blame({
      invariant: 'liveness',
      message: `replica ${node} leads though its disk has completed nothing for ${this.patience} ms`,
      node,
      context: { lastIndex, since },
    })
  }
}
