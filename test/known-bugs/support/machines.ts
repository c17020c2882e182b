import type { AnyMachineDefinition, ApplyContext, NodeId, SnapshotMeta, StateMachine } from '@quorate/core'
import { EngineCluster } from '@quorate/sim'
import { type ZabMessage, type ZabOptions, zab } from '@quorate/zab'

type AnyMachine = StateMachine<unknown, unknown, unknown, unknown, unknown>

/** A machine under one engine. */
interface Hosted {
  machine: AnyMachine
  /** The index that it stands at. */
  index: number
  /** The snapshot that it was last restored from. */
  restored: SnapshotMeta | undefined
  results: unknown[]
}

/**
 * Zab engines, each with a machine: what a replica's host does with what engines hand out, and nothing that takes time.
 * `machineOf` says which machine a node has: one of them may be a bad one.
 */
export class Machines {
  readonly cluster: EngineCluster<ZabMessage>
  private readonly hosted = new Map<NodeId, Hosted>()
  /** The content of snapshots, by what they are named by. */
  private readonly contents = new Map<SnapshotMeta, readonly Uint8Array[]>()
  private readonly machineOf: (node: NodeId) => AnyMachineDefinition

  constructor(machineOf: (node: NodeId) => AnyMachineDefinition, options: ZabOptions = {}) {
    this.machineOf = machineOf
    this.cluster = new EngineCluster(zab(options), 3)
    for (const id of this.cluster.nodes.keys()) this.begin(id)
    this.cluster.elect()
  }

  get leader(): NodeId {
    return [...this.cluster.nodes.keys()].find((id) => this.cluster.observe(id).established)!
  }

  /** Proposes a command at a node, without letting anything arrive. */
  propose(node: NodeId, command: unknown): void {
    this.cluster.propose(node, this.machineOf(node).codecs.command.encode(command))
  }

  /** Proposes a command at the leader, and lets it come everywhere; its result there. */
  write(command: unknown): unknown {
    this.propose(this.leader, command)
    this.settle()
    return this.results(this.leader).at(-1)
  }

  settle(): void {
    this.cluster.settle()
    this.catchUp()
  }

  run(milliseconds: number): void {
    this.cluster.run(milliseconds)
    this.catchUp()
  }

  restart(node: NodeId): void {
    this.cluster.crash(node)
    this.cluster.start(node)
    this.begin(node)
  }

  /** Takes a snapshot on a node, and writes it down only when `meanwhile` has happened. */
  snapshot(node: NodeId, meanwhile: () => void = () => undefined): void {
    this.catchUp()
    const source = this.host(node).machine.snapshot()
    const meta = this.cluster.buildSnapshot(node)
    const first = source.next()
    meanwhile()
    const chunks: Uint8Array[] = []
    for (let chunk = first; chunk !== undefined; chunk = source.next()) chunks.push(Uint8Array.from(chunk))
    source.close()
    this.contents.set(meta, chunks)
  }

  query(node: NodeId, query: unknown): unknown {
    return this.host(node).machine.query(query)
  }

  results(node: NodeId): readonly unknown[] {
    return this.host(node).results
  }

  digests(): number[] {
    return [...this.hosted.values()].map(({ machine }) => machine.digest())
  }

  private host(node: NodeId): Hosted {
    return this.hosted.get(node)!
  }

  private begin(node: NodeId): void {
    const machine = this.machineOf(node).create() as AnyMachine
    this.hosted.set(node, { machine, index: 0, restored: undefined, results: [] })
    this.install(node)
  }

  private install(node: NodeId): void {
    const { installed } = this.cluster.node(node)
    const host = this.host(node)
    if (installed === host.restored || installed === undefined) return
    host.machine.restore(this.contents.get(installed)!)
    host.restored = installed
    host.index = installed.index
  }

  /** Gives every machine what its engine has handed out since. */
  private catchUp(): void {
    for (const [node, host] of this.hosted) {
      this.install(node)
      for (const entry of this.cluster.node(node).applied) {
        if (entry.index <= host.index) continue
        host.index = entry.index
        const { index, epoch, time, request } = entry
        const at: ApplyContext = { index, epoch, time, request }
        if (entry.kind !== 'command') continue
        const command: unknown = this.machineOf(node).codecs.command.decode(entry.data)
        host.results.push(host.machine.apply(command, at, []))
      }
    }
  }
}
