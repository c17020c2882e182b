import type { Epoch, Message, NodeId } from '@quorate/core'
import type { ClusterEvent } from '../engine-cluster/cluster-event.ts'

/** One replica's time as leader. */
interface Reign {
  readonly node: NodeId
  readonly epoch: Epoch
  /** When the first of the commands that it took on while it was watched was committed. */
  firstCommit: number | undefined
  lastCommit: number
}

/** Who leads an {@link EngineCluster}, how often that changes, and whether the leader commits what it is asked. */
export class ReignWatch {
  /** Leaders that were established while this watched. */
  changes = 0
  /** Commands committed by leaders that had taken them on. */
  commits = 0
  /** Who was established last, as long as it is. */
  private reign: Reign | undefined
  private readonly known = new Set<string>()
  /** Commands under way, and who took them on. */
  private readonly asked = new Map<number, Reign>()

  /** The established leader; of several the one that became it last. */
  get leader(): NodeId | undefined {
    return this.reign?.node
  }

  /** A client has asked the leader for that command. */
  ask(sequence: number): void {
    if (this.reign !== undefined) this.asked.set(sequence, this.reign)
  }

  /** Since when it has committed all along; undefined if it has not. `silence`: milliseconds that are too long without. */
  committingSince(now: number, silence: number): number | undefined {
    const { reign } = this
    if (reign?.firstCommit === undefined) return undefined
    if (now - reign.lastCommit > silence) reign.firstCommit = undefined
    return reign.firstCommit
  }

  /** From now on changes and commits are counted from 0. What was asked before does not count any more. */
  restart(): void {
    this.changes = 0
    this.commits = 0
    this.asked.clear()
    if (this.reign !== undefined) this.reign.firstCommit = undefined
  }

  happened(event: ClusterEvent<Message>, now: number): void {
    if (event.type === 'crashed' && event.node === this.reign?.node) this.reign = undefined
    if (event.type !== 'output') return
    const { node, output, observation } = event
    if (observation.established) this.leads(node, observation.epoch)
    else if (node === this.reign?.node) this.reign = undefined
    for (const { request } of output.apply) {
      if (request?.replica === node) this.committed(request.sequence, now)
    }
  }

  private leads(node: NodeId, epoch: Epoch): void {
    if (this.reign?.node === node && this.reign.epoch === epoch) return
    const name = `${node} ${epoch}`
    if (this.known.has(name)) return
    this.known.add(name)
    this.reign = { node, epoch, firstCommit: undefined, lastCommit: 0 }
    this.changes += 1
  }

  private committed(sequence: number, now: number): void {
    const reign = this.asked.get(sequence)
    if (reign === undefined) return
    this.asked.delete(sequence)
    this.commits += 1
    if (reign !== this.reign) return
    reign.firstCommit ??= now
    reign.lastCommit = now
  }
}
