import type { NodeId } from '@quorate/core'
import type { Play } from '../run/play.ts'

/** A clock for each node, which `periodic_one` moves, and when its timers run out by it. */
export class CcfClocks {
  private readonly now = new Map<NodeId, number>()
  private readonly due = new Map<string, number>()

  /** A timer is set: with the shortest delay, so that `timing` says when it runs out. */
  readonly draw = (node: NodeId, min: number, _max: number, timer: string): number => {
    this.due.set(`${node} ${timer}`, (this.now.get(node) ?? 0) + min)
    return min
  }

  /** The node's time passes, and its timers run out in order. */
  pass(play: Play, node: NodeId, milliseconds: number): void {
    const end = (this.now.get(node) ?? 0) + milliseconds
    for (let timer = this.next(play, node, end); timer !== undefined; timer = this.next(play, node, end)) {
      this.now.set(node, Math.max(this.now.get(node) ?? 0, this.dueOf(node, timer)))
      play.make({ type: 'timeout', node, timer })
    }
    this.now.set(node, end)
  }

  private next(play: Play, node: NodeId, end: number): string | undefined {
    let first: string | undefined
    for (const timer of play.cluster.node(node).timers.keys()) {
      const at = this.dueOf(node, timer)
      if (at <= end && (first === undefined || at < this.dueOf(node, first))) first = timer
    }
    return first
  }

  private dueOf(node: NodeId, timer: string): number {
    return this.due.get(`${node} ${timer}`) ?? Infinity
  }
}
