import type { NodeId, ReadMode } from '@quorate/core'
import { type Cluster, repliesOf } from './cluster.ts'

let sequence = 1_000_000

/** Asks `id` to hand leadership to `to`; gives the request's sequence. */
export function transfer(cluster: Cluster, id: NodeId, to: NodeId): number {
  const request = { replica: id, sequence: ++sequence }
  cluster.node(id).step({ type: 'transfer', request, to }, cluster.now())
  return request.sequence
}

/** The reasons and outcomes, or `done`, that a request has been answered with: one in the end. */
export function answersTo(cluster: Cluster, id: NodeId, request: number): string[] {
  return repliesOf(cluster, id, request).flatMap((reply) => {
    if (reply.type === 'abandoned') return []
    return reply.type === 'rejected' ? `${reply.reason}, ${reply.outcome}` : reply.type
  })
}

/** Reads at `id`: the index that may be served at once, or undefined if the answer is not there yet. */
export function readNow(cluster: Cluster, id: NodeId, mode: ReadMode = 'lease'): number | undefined {
  const reply = repliesOf(cluster, id, cluster.read(id, mode)).at(-1)
  return reply?.type === 'readReady' ? reply.index : undefined
}
