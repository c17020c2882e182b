import type { AnyEngineDefinition, Message, NodeId } from '@quorate/core'
import {
  EngineCluster,
  type EngineClusterOptions,
  type InFlight,
  type Violation,
  monitorEngine,
  refineEngine,
} from '@quorate/sim'

/** A message under way, whatever its fields are. */
export type Flight = InFlight<Message & Readonly<Record<string, unknown>>>

/** A cluster moved by hand, and what the refinement check and the engine's own monitor say about it. */
export interface Refined {
  readonly cluster: EngineCluster<Flight['message']>
  readonly violations: Violation[]
}

export function refinedCluster(
  definition: AnyEngineDefinition,
  size: number,
  options: EngineClusterOptions<Flight['message']> = {},
): Refined {
  const violations: Violation[] = []
  const blame = (violation: Violation): void => void violations.push(violation)
  const engine = refineEngine(monitorEngine(definition, blame), blame)
  return { cluster: new EngineCluster<Flight['message']>(engine, size, options), violations }
}

/** Takes what `choose` accepts off the network, to be put back later. */
export function hold({ cluster }: Refined, choose: (flight: Flight) => boolean): Flight[] {
  const held = cluster.inFlight.filter(choose)
  cluster.inFlight = cluster.inFlight.filter((flight) => !choose(flight))
  return held
}

/** Delivers what `choose` accepts, and what follows from it and is accepted too. */
export function deliverAll({ cluster }: Refined, choose: (flight: Flight) => boolean): void {
  for (let i = 0; i < 1000; i++) if (!cluster.deliver(choose)) return
}

/** Lets everything through but what goes to or comes from `node`: nobody is told, as on links that lose. */
export function silence({ cluster }: Refined, node: NodeId): void {
  cluster.filter = ({ from, to }) => from !== node && to !== node
}

/** Runs out the election timer until the node asks for votes, and has those of whom it reaches. */
export function campaign({ cluster }: Refined, node: NodeId): void {
  for (let i = 0; i < 3 && cluster.observe(node).role === 'follower'; i++) cluster.fire(node, 'election')
}
