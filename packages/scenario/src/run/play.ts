import { type AnyEngineDefinition, type Message, type NodeId, QuorateError, majorityOf } from '@quorate/core'
import {
  type DrawDelay,
  EngineCluster,
  type EngineChecks,
  type Move,
  applyMove,
  monitorEngine,
} from '@quorate/sim'
import { Recorder } from './recorder.ts'
import { watchedEngine } from './watched-engine.ts'

/** What a run is made on. */
export interface PlaySetup {
  readonly definition: AnyEngineDefinition
  /** Voters, from 1 on. */
  readonly replicas: number
  /** Their ids follow the voters'. Default: 0. */
  readonly observers?: number
  /** Nodes that are no members at first; their ids follow the observers'. Default: 0. */
  readonly spares?: number
  readonly checks?: EngineChecks
  readonly drawDelay?: DrawDelay
}

/**
 * A run while it is made, move by move. All nodes run from the start. A write completes at once, by a move of its own,
 * unless its node is in `paused`; so the list of moves says everything that happened. A node that finds itself broken
 * stops by itself.
 */
export class Play {
  readonly cluster: EngineCluster<Message>
  readonly recorder: Recorder
  /** Every move made, those of writes that complete at once too. */
  readonly moves: Move[] = []
  /** Nodes whose writes wait for a `persist`. */
  readonly paused: Set<NodeId> = new Set()
  /** Nodes that have found themselves broken and are about to stop. */
  private readonly broken: NodeId[] = []

  constructor(setup: PlaySetup) {
    const { definition, replicas, observers = 0, spares = 0, checks = {}, drawDelay } = setup
    const members = replicas + observers
    const ids = Array.from({ length: members + spares }, (_, i) => i + 1)
    this.recorder = new Recorder(definition, checks, (node) => this.cluster.node(node).engine?.capture())
    const isMonitored = checks.monitor !== false
    const monitored = isMonitored ? monitorEngine(definition, this.recorder.blame) : definition
    const watched = watchedEngine(monitored, {
      checks,
      blame: this.recorder.blame,
      onBroken: (node) => this.broken.push(node),
    })
    this.cluster = new EngineCluster<Message>(watched, replicas, {
      membership: majorityOf(ids.slice(0, replicas), ids.slice(replicas, members)),
      spares: ids.slice(members),
      autoPersist: false,
      onEvent: this.recorder.record,
      ...(drawDelay === undefined ? {} : { drawDelay }),
    })
  }

  get nodes(): readonly NodeId[] {
    return [...this.cluster.nodes.keys()]
  }

  isRunning(node: NodeId): boolean {
    return this.cluster.node(node).running
  }

  /** Makes a move, and completes the writes that do not wait. False if it does not apply. */
  make(move: Move): boolean {
    if (!this.attempt(move)) return false
    this.completeWrites()
    return true
  }

  /** Completes the writes of all nodes that are not paused. */
  completeWrites(): void {
    const next = (): NodeId | undefined =>
      this.nodes.find((id) => !this.paused.has(id) && this.cluster.node(id).writing.length > 0)
    for (let node = next(); node !== undefined; node = next()) this.attempt({ type: 'persist', node })
  }

  private attempt(move: Move): boolean {
    const isMade = this.applyOrBlame(move)
    for (const node of this.broken.splice(0)) this.cluster.crash(node)
    this.recorder.time = this.cluster.time
    if (isMade) this.moves.push(move)
    return isMade
  }

  /** An engine that refuses what a crash left on its disk stays down, and that is a violation. */
  private applyOrBlame(move: Move): boolean {
    try {
      return applyMove(this.cluster, move)
    } catch (error) {
      if (move.type !== 'start' || !(error instanceof QuorateError)) throw error
      const message = `replica ${move.node} cannot start: ${error.message}`
      this.recorder.blame({ invariant: 'recovery', message, node: move.node, context: { code: error.code } })
      return true
    }
  }
}
