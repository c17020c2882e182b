import { type Message, type NodeId, unreachable } from '@quorate/core'
import type { EngineCluster } from './engine-cluster.ts'
import type { InFlight } from './in-flight.ts'
import type { Move } from './move.ts'

/**
 * Makes one move, as far as it can be made now. True if it was; false if it does not apply (a node that is down, a
 * message that is not there, a timer that does not run, a loss on links that keep order), and then nothing has changed.
 *
 * Of two moves that apply, only this one happens: no other message arrives and no other timer runs out. Writes complete
 * by `persist` moves alone where the cluster has `autoPersist: false`.
 */
export function applyMove<M extends Message>(cluster: EngineCluster<M>, move: Move): boolean {
  switch (move.type) {
    case 'start':
    case 'crash':
    case 'timeout':
    case 'persist':
    case 'propose':
    case 'read':
    case 'reconfigure':
    case 'transfer':
    case 'snapshot':
      return cluster.nodes.has(move.node) && moveNode(cluster, move)
    case 'deliver':
    case 'drop':
    case 'duplicate':
      return moveMessage(cluster, move)
    case 'cut':
    case 'heal':
      return moveLink(cluster, move)
    case 'block':
    case 'unblock':
      return movePath(cluster, move)
    case 'clock':
      return moveClock(cluster, move)
    case 'wait':
      if (!(move.milliseconds > 0)) return false
      cluster.time += move.milliseconds
      return true
    default:
      return unreachable(move, 'move')
  }
}

type ClockMove = Extract<Move, { readonly type: 'clock' }>

/** Whether the node runs or not: the clocks are its machine's. */
function moveClock<M extends Message>(cluster: EngineCluster<M>, { node, rate }: ClockMove): boolean {
  if (!cluster.nodes.has(node) || !(rate > 0 && rate < Infinity)) return false
  if (cluster.node(node).clock.rate === rate) return false
  cluster.setClockRate(node, rate)
  return true
}

type NodeMove = Exclude<Extract<Move, { readonly node: NodeId }>, ClockMove>

function moveNode<M extends Message>(cluster: EngineCluster<M>, move: NodeMove): boolean {
  const node = cluster.node(move.node)
  if (node.running === (move.type === 'start')) return false
  switch (move.type) {
    case 'start':
      cluster.start(node.id)
      return true
    case 'crash':
      if ((move.keep ?? 0) > node.writing.length) return false
      cluster.crash(node.id, move.keep ?? 0)
      return true
    case 'timeout':
      if (!node.timers.has(move.timer)) return false
      cluster.fire(node.id, move.timer)
      return true
    case 'persist':
      if (node.writing.length === 0) return false
      node.completeWrite(cluster.now(node.id))
      return true
    case 'propose':
      cluster.propose(node.id, move.data)
      return true
    case 'read':
      cluster.read(node.id, move.mode)
      return true
    case 'reconfigure':
      cluster.reconfigure(node.id, move.membership)
      return true
    case 'transfer':
      cluster.transfer(node.id, move.to)
      return true
    case 'snapshot':
      // There is nothing to be had from a second one at the same index.
      if (node.appliedIndex <= (node.stored?.index ?? 0)) return false
      cluster.buildSnapshot(node.id)
      return true
    default:
      return unreachable(move, 'move of a node')
  }
}

type MessageMove = Extract<Move, { readonly type: 'deliver' | 'drop' | 'duplicate' }>

function moveMessage<M extends Message>(cluster: EngineCluster<M>, move: MessageMove): boolean {
  const flight = underWay(cluster, move.from, move.to)[move.position]
  if (flight === undefined || cluster.isBlocked(move.from, move.to)) return false
  if (move.type === 'deliver') {
    if (cluster.keepsOrder && move.position > 0) return false
    return cluster.deliver((other) => other === flight)
  }
  if (cluster.keepsOrder) return false
  // A snapshot's chunks are the hosts' affair: they break off, and the sender is told; they do not come twice.
  if (move.type === 'duplicate') {
    if (flight.snapshot === undefined) cluster.duplicate(flight)
    return flight.snapshot === undefined
  }
  cluster.lose((other) => other === flight)
  if (flight.snapshot !== undefined) {
    cluster
      .node(move.from)
      .step({ type: 'snapshotFailed', to: move.to, cause: 'lost' }, cluster.now(move.from))
  }
  return true
}

/** The messages under way from one node to another, oldest first: what a move's `position` counts in. */
export function underWay<M extends Message>(
  cluster: EngineCluster<M>,
  from: NodeId,
  to: NodeId,
): readonly InFlight<M>[] {
  return cluster.inFlight.filter((flight) => flight.from === from && flight.to === to)
}

type LinkMove = Extract<Move, { readonly type: 'cut' | 'heal' }>

function moveLink<M extends Message>(cluster: EngineCluster<M>, { type, a, b }: LinkMove): boolean {
  if (!cluster.nodes.has(a) || !cluster.nodes.has(b) || a === b) return false
  if (cluster.isCut(a, b) === (type === 'cut')) return false
  if (type === 'cut') cluster.cut(a, b)
  else cluster.heal(a, b)
  return true
}

type PathMove = Extract<Move, { readonly type: 'block' | 'unblock' }>

function movePath<M extends Message>(cluster: EngineCluster<M>, { type, from, to }: PathMove): boolean {
  if (!cluster.nodes.has(from) || !cluster.nodes.has(to) || from === to) return false
  if (cluster.isBlocked(from, to) === (type === 'block')) return false
  if (type === 'block') cluster.block(from, to)
  else cluster.unblock(from, to)
  return true
}
