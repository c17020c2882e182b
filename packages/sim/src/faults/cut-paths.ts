import type { NodeId } from '@quorate/core'
import type { CutAction, CutDirection } from './fault-action.ts'

/** One direction between two replicas. */
export type CutPath = readonly [from: NodeId, to: NodeId]

/**
 * Which paths a cut of the network takes away.
 *
 * @param target who is meant, if the action has one
 */
export function pathsOf(action: CutAction, nodes: readonly NodeId[], target: NodeId | undefined): CutPath[] {
  switch (action.kind) {
    case 'isolate':
      return target === undefined ? [] : between([target], without(nodes, [target]), action.direction)
    case 'partition':
      return between(action.side, without(nodes, action.side), action.direction)
    case 'bridge': {
      const bridge = target === undefined ? [] : [target]
      const side = without(action.side, bridge)
      return between(side, without(nodes, [...side, ...bridge]), 'both')
    }
    case 'ring':
      return unheard(action.order, (distance) => distance > action.order.length >> 1)
    case 'chain':
      return all(action.order).filter(([from, to]) => Math.abs(place(action, from) - place(action, to)) > 1)
  }
}

/** Every path of a ring whose length, from hearer to heard, is cut: who hears whom is the same for all. */
function unheard(order: readonly NodeId[], isCut: (distance: number) => boolean): CutPath[] {
  const count = order.length
  const distance = (from: NodeId, to: NodeId): number =>
    (order.indexOf(from) - order.indexOf(to) + count) % count
  return all(order).filter(([from, to]) => isCut(distance(from, to)))
}

function between(side: readonly NodeId[], others: readonly NodeId[], direction: CutDirection): CutPath[] {
  const outward = side.flatMap((a) => others.map((b): CutPath => [a, b]))
  const inward = outward.map(([a, b]): CutPath => [b, a])
  if (direction === 'both') return [...outward, ...inward]
  return direction === 'out' ? outward : inward
}

function all(nodes: readonly NodeId[]): CutPath[] {
  return nodes.flatMap((from) => without(nodes, [from]).map((to): CutPath => [from, to]))
}

function without(nodes: readonly NodeId[], out: readonly NodeId[]): NodeId[] {
  return nodes.filter((node) => !out.includes(node))
}

function place({ order }: { readonly order: readonly NodeId[] }, node: NodeId): number {
  return order.indexOf(node)
}
