import type { EngineDefinition, Message, NodeId } from '@quorate/core'
import { applyMove, EngineCluster, type InFlight, type Move, underWay } from '@quorate/sim'

/** Plays moves on a cluster and writes them down: says where an exploration starts. */
export class Script<M extends Message> {
  readonly moves: Move[] = []
  readonly cluster: EngineCluster<M>

  constructor(engine: EngineDefinition<M>, replicas: number) {
    this.cluster = new EngineCluster(engine, replicas, { autoPersist: false })
  }

  play(move: Move): this {
    if (!applyMove(this.cluster, move)) throw new Error(`${JSON.stringify(move)} does not apply`)
    this.moves.push(move)
    return this
  }

  timeout(node: NodeId, timer: string): this {
    return this.play({ type: 'timeout', node, timer })
  }

  propose(node: NodeId, data: string): this {
    return this.play({ type: 'propose', node, data })
  }

  crash(node: NodeId): this {
    return this.play({ type: 'crash', node })
  }

  start(node: NodeId): this {
    return this.play({ type: 'start', node })
  }

  /** Completes writes and delivers messages, oldest first, but for those that are refused. */
  settle(
    accept: (flight: InFlight<M>) => boolean = () => true,
    writes: (node: NodeId) => boolean = () => true,
  ): this {
    for (;;) {
      const writer = [...this.cluster.nodes.values()].find(
        ({ id, writing }) => writing.length > 0 && writes(id),
      )
      const flight = this.cluster.inFlight.find(accept)
      if (writer !== undefined) this.play({ type: 'persist', node: writer.id })
      else if (flight !== undefined) {
        const { from, to } = flight
        const position = underWay(this.cluster, from, to).indexOf(flight)
        this.play({ type: 'deliver', from, to, position })
      } else return this
    }
  }

  /** Settles among these nodes alone. */
  settleAmong(...nodes: NodeId[]): this {
    return this.settle(({ from, to }) => nodes.includes(from) && nodes.includes(to))
  }
}
