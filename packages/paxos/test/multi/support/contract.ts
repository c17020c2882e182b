import type { Entry, NodeId, Reply } from '@quorate/core'
import type { Cluster } from './cluster.ts'

/**
 * What clients are promised, whatever happens: one answer for each request, nothing done twice, nothing done that was
 * said not to be, no stale linearizable read. (What holds between replicas is checked by the monitors.)
 */
export class ClientContract {
  readonly answers: Map<number, Reply> = new Map()
  /** Everything that any machine was ever handed, by slot. */
  readonly delivered: Map<number, Entry> = new Map()
  private readonly denied = new Set<number>()
  private readonly repliesSeen = new Map<NodeId, number>()
  private readonly readFloors = new Map<number, number>()
  private readonly cluster: Cluster
  /** The highest slot that anyone ever knew to be chosen, with all below. */
  highestCommit = 0

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  /** A linearizable read must not be older than `floor`, what was known to be chosen anywhere when it was made. */
  noteRead(sequence: number, floor: number): void {
    this.readFloors.set(sequence, floor)
  }

  check(): void {
    for (const [id, node] of this.cluster.nodes) {
      if (!node.running) continue
      this.highestCommit = Math.max(this.highestCommit, this.cluster.observe(id).commitIndex)
      for (let i = node.applied.length - 1; i >= 0; i--) {
        const entry = node.applied[i]!
        if (this.delivered.has(entry.index)) break
        this.delivered.set(entry.index, entry)
      }
    }
    for (const id of this.cluster.nodes.keys()) this.checkReplies(id)
  }

  private checkReplies(id: NodeId): void {
    const { replies } = this.cluster.node(id)
    for (let i = this.repliesSeen.get(id) ?? 0; i < replies.length; i++) this.checkReply(replies[i]!)
    this.repliesSeen.set(id, replies.length)
  }

  private checkReply(reply: Reply): void {
    if (reply.type === 'abandoned') return
    if (this.answers.has(reply.sequence)) throw new Error(`Request ${reply.sequence} was answered twice`)
    this.answers.set(reply.sequence, reply)
    if (reply.type === 'rejected' && reply.outcome === 'definitely-not') this.denied.add(reply.sequence)
    if (reply.type !== 'readReady') return
    const floor = this.readFloors.get(reply.sequence) ?? 0
    if (reply.index < floor) {
      throw new Error(
        `Linearizability: read ${reply.sequence} got index ${reply.index}, not ${floor} or later`,
      )
    }
  }

  /** At the end: nothing was done twice, and nothing that was said not to be. */
  checkRequests(): void {
    const seen = new Set<number>()
    for (const { request } of this.delivered.values()) {
      if (request === undefined) continue
      const { sequence } = request
      if (seen.has(sequence)) throw new Error(`Proposal ${sequence} was done twice`)
      if (this.denied.has(sequence)) throw new Error(`Proposal ${sequence} was denied and done`)
      seen.add(sequence)
    }
  }
}
