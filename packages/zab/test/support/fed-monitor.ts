import {
  type Engine,
  type Entry,
  type Epoch,
  type LogIndex,
  type MonitorInvariant,
  type NodeId,
  type Output,
  type SnapshotMeta,
  type StorageOperation,
  type TraceEvent,
  majorityOf,
  makeEntry,
  noBytes,
  noOutput,
} from '@quorate/core'
import { type ZabMessage, type ZabMark, zab } from '../../src/index.ts'

/** What one turn of a replica that is not there gives. What is left out stays as it was. */
export interface FedTurn {
  readonly phase?: string
  readonly epoch?: Epoch
  readonly leader?: NodeId | undefined
  readonly commit?: LogIndex
  readonly truncate?: LogIndex
  readonly append?: readonly Entry[]
  readonly install?: SnapshotMeta
  readonly apply?: readonly Entry[]
  readonly event?: { readonly name: ZabMark; readonly type?: ZabMessage['type'] }
}

interface FedView {
  phase: string
  epoch: Epoch
  leader: NodeId | undefined
  commit: LogIndex
}

/** The command at an index, proposed in an epoch. */
export function entry(index: LogIndex, epoch: Epoch): Entry {
  return makeEntry(index, epoch, 0, 'command', { replica: 1, sequence: index }, noBytes)
}

export const members = majorityOf([1, 2, 3])

/** Zab's monitor, told by hand what three replicas do. */
export class FedMonitor {
  readonly found: MonitorInvariant[] = []
  private readonly monitor = zab().monitor!.create(({ invariant }) => void this.found.push(invariant))
  private readonly views = new Map<NodeId, FedView>()

  constructor() {
    for (const node of [1, 2, 3]) this.start(node)
  }

  /** It starts, or starts again, with this on its disk. */
  start(self: NodeId, entries: readonly Entry[] = []): void {
    this.views.set(self, { phase: 'LOOKING', epoch: 0, leader: undefined, commit: 0 })
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries, ballots: new Map() }
    this.monitor.created({ self, membership: members, image, snapshot: undefined }, this.engine(self))
  }

  /** It is elected, and has broadcast nothing yet. */
  leads(node: NodeId, epoch: Epoch, turn: FedTurn = {}): void {
    this.turn(node, { phase: 'BROADCAST', epoch, leader: node, ...turn })
  }

  follows(node: NodeId, leader: NodeId, epoch: Epoch, turn: FedTurn = {}): void {
    this.turn(node, { phase: 'BROADCAST', epoch, leader, ...turn })
  }

  /** Knows entries to be committed, and delivers them. */
  delivers(node: NodeId, ...entries: readonly Entry[]): void {
    this.turn(node, { commit: entries.at(-1)!.index, apply: entries })
  }

  turn(node: NodeId, turn: FedTurn): void {
    const view = this.views.get(node)!
    if (turn.phase !== undefined) view.phase = turn.phase
    if (turn.epoch !== undefined) view.epoch = turn.epoch
    if ('leader' in turn) view.leader = turn.leader
    if (turn.commit !== undefined) view.commit = turn.commit
    this.monitor.taken(node, outputOf(node, turn), this.engine(node))
  }

  private engine(node: NodeId): Engine<ZabMessage> {
    const view = this.views.get(node)!
    const observe = (): unknown => ({ ...view, commitIndex: view.commit, node })
    return { observe } as Engine<ZabMessage>
  }
}

function outputOf(node: NodeId, { truncate, append, install, apply, event }: FedTurn): Output<ZabMessage> {
  const operations: StorageOperation[] = []
  if (truncate !== undefined) operations.push({ type: 'truncateAfter', index: truncate })
  if (install !== undefined) operations.push({ type: 'installSnapshot', meta: install })
  if (append !== undefined) operations.push({ type: 'append', entries: append })
  const events: TraceEvent[] = []
  if (event !== undefined) {
    events.push({ name: event.name, node, epoch: 1, rule: 'fed', detail: { type: event.type } })
  }
  return {
    ...noOutput,
    persist:
      operations.length === 0 ? undefined : { token: { epoch: 1, sequence: 1 }, operations, sync: true },
    snapshots: install === undefined ? [] : [{ type: 'install', meta: install }],
    apply: apply ?? [],
    events,
  }
}
