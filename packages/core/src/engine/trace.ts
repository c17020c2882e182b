import type { Epoch, NodeId } from '../ids.ts'

/**
 * One decision of an engine. `name` is the protocol's own word for it (the action's name in its specification); where
 * it has a reason, that follows behind a point, as in `Ignore.stale-term`. It is one of the engine's `marks`. `rule`
 * says where its paper states it. Fields of `detail` are plain.
 */
export interface TraceEvent {
  readonly name: string
  readonly node: NodeId
  readonly epoch: Epoch
  readonly rule: string
  readonly detail: Readonly<Record<string, unknown>>
}
