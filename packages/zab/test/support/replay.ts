import type { NodeId } from '@quorate/core'
import type { ZabOptions } from '../../src/index.ts'
import { Ensemble } from './ensemble.ts'

/** One step of a published trace: the action's name in the specification, at whom, and with whom. */
export type Step = readonly [action: string, node: NodeId, ...peers: NodeId[]]

/** Actions that are no message's here. COMMITs do not travel with sync content: UPTODATE says what is committed. */
const elsewhere: ReadonlySet<string> = new Set(['FollowerProcessCOMMITInSync'])

/**
 * Drives three engines by the steps of a trace of the mixed specification. Each step must come to the trace event of its
 * name at its node; messages arrive only as far as that takes.
 */
export class Replay {
  readonly ensemble: Ensemble
  /** By node, how many of its trace events belong to earlier steps. */
  private readonly seen = new Map<NodeId, number>()

  constructor(options: ZabOptions = {}) {
    this.ensemble = new Ensemble(3, options)
  }

  /** The position of the first step that cannot be taken; undefined if all can. */
  play(steps: readonly Step[]): number | undefined {
    const position = steps.findIndex((step) => !this.take(step))
    return position < 0 ? undefined : position
  }

  private take([action, node, ...peers]: Step): boolean {
    const { ensemble } = this
    if (elsewhere.has(action)) return true
    switch (action) {
      case 'SetInitState':
        return this.setInitState(node)
      case 'NodeCrash':
        ensemble.crash(node)
        return true
      case 'NodeStart':
        ensemble.node(node).autoPersist = true
        ensemble.start(node)
        return true
      case 'PartitionStart':
        ensemble.cut(node, peers[0]!)
        return true
      case 'DiskFallsBehind':
        ensemble.node(node).autoPersist = false
        return true
      case 'DiskWritesOnce':
        ensemble.node(node).completeWrite(ensemble.now())
        return true
      case 'ElectionAndDiscovery':
        return this.elect(node, peers)
      default:
        return this.meets(action, node, peers[0]!)
    }
  }

  /** The mixed specification's shortcut: all have applied one command, and the leader has logged a second one. */
  private setInitState(leader: NodeId): boolean {
    const { ensemble } = this
    if (ensemble.elect() !== leader) return false
    ensemble.propose(leader, 'x')
    ensemble.settle()
    for (const id of ensemble.nodes.keys()) ensemble.buildSnapshot(id) // what was applied is so after a restart
    ensemble.propose(leader, 'y')
    for (const id of ensemble.nodes.keys()) this.seen.set(id, ensemble.node(id).events.length)
    return true
  }

  /** The specification's other shortcut, for what its election and discovery modules do: until the leader may send. */
  private elect(leader: NodeId, peers: readonly NodeId[]): boolean {
    const { ensemble } = this
    const ids = [leader, ...peers]
    for (let i = 0; i < 2000; i++) {
      if (this.find('synchronization-begun', leader)) return true
      if (ids.some((id) => ensemble.observe(id).phase === 'SYNCHRONIZATION')) return false
      if (ensemble.deliver(({ from, to }) => ids.includes(from) && ids.includes(to))) continue
      ensemble.fireNext(ids)
    }
    return false
  }

  /** Delivers what has been sent from `peer` to `node`, in order, until the action has happened. */
  private meets(action: string, node: NodeId, peer: NodeId): boolean {
    for (let i = 0; i < 100; i++) {
      if (this.find(action, node)) return true
      if (!this.ensemble.deliver(({ from, to }) => from === peer && to === node)) return false
    }
    return false
  }

  private find(action: string, node: NodeId): boolean {
    const { events } = this.ensemble.node(node)
    const from = this.seen.get(node) ?? 0
    const position = events.findIndex(
      ({ name }, i) => i >= from && (name === action || name.startsWith(`${action}.`)),
    )
    if (position < 0) return false
    this.seen.set(node, position + 1)
    return true
  }
}
