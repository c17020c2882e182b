import type { Entry, LogImage, Message, NodeId, SnapshotMeta } from '@quorate/core'
import { ComponentTable } from '../store/component-table.ts'
import type { HistoryEvent, History } from './history.ts'
import { noPast } from './history.ts'
import type { Local, Write } from './local.ts'
import { EntryNumbers } from './log-view.ts'

/** A message under way, as numbers. */
export interface Flight {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: number
  /** The number of the snapshot that travels with it; -1 for none. */
  readonly snapshot: number
}

/** Event 0: nothing that the history is concerned with. */
export const noEvent: HistoryEvent = {
  node: 0,
  epoch: 0,
  leads: false,
  sharesEpoch: false,
  applied: [],
  served: [],
  refused: [],
  readBegun: undefined,
  crashed: false,
  violation: undefined,
}

/**
 * Everything that cluster states are made of, each different one once, named by a number. A cluster state is then a
 * short list of numbers, and what is dear (an engine's step, a copy, an encoding) is done once for each different
 * replica state and input, however many cluster states share it.
 */
export class Components {
  readonly messages: ComponentTable<Message> = new ComponentTable()
  readonly metas: ComponentTable<SnapshotMeta> = new ComponentTable()
  readonly histories: ComponentTable<History> = new ComponentTable()
  readonly events: ComponentTable<HistoryEvent> = new ComponentTable()
  readonly budgets: ComponentTable<readonly number[]> = new ComponentTable()
  readonly entries: EntryNumbers = new EntryNumbers(new ComponentTable<Entry>())
  readonly locals: Local[] = []
  readonly flights: Flight[] = []
  private readonly states = new ComponentTable<unknown>()
  private readonly disks = new ComponentTable<LogImage>()
  private readonly writings = new ComponentTable<readonly Write[]>()
  private readonly snapshots = new ComponentTable<readonly SnapshotMeta[]>()
  private readonly diskNumbers = new WeakMap<LogImage, number>()
  private readonly localNumbers = new Map<string, number>()
  private readonly flightNumbers = new Map<string, number>()

  constructor() {
    this.events.intern(noEvent)
    this.histories.intern(noPast)
  }

  internLocal(local: Local): number {
    const key = [
      local.node,
      local.running ? this.states.intern(local.state) : -1,
      this.diskNumber(local.disk),
      local.writing.length === 0 ? -1 : this.writings.intern(local.writing),
      local.timers.join(' '),
      local.incarnation,
      local.appliedIndex,
      local.appliedEpoch,
      local.snapshots.length === 0 ? -1 : this.snapshots.intern(local.snapshots),
    ].join()
    return intern(this.localNumbers, this.locals, key, local)
  }

  internFlight(from: NodeId, to: NodeId, message: Message, snapshot: SnapshotMeta | undefined): number {
    const flight = {
      from,
      to,
      message: this.messages.intern(message),
      snapshot: snapshot === undefined ? -1 : this.metas.intern(snapshot),
    }
    const key = [from, to, flight.message, flight.snapshot].join()
    return intern(this.flightNumbers, this.flights, key, flight)
  }

  messageOf(flight: Flight): Message {
    return this.messages.get(flight.message)
  }

  snapshotOf(flight: Flight): SnapshotMeta | undefined {
    return flight.snapshot < 0 ? undefined : this.metas.get(flight.snapshot)
  }

  private diskNumber(disk: LogImage): number {
    let number = this.diskNumbers.get(disk)
    if (number === undefined) {
      number = this.disks.intern(disk)
      this.diskNumbers.set(disk, number)
    }
    return number
  }
}

function intern<T>(numbers: Map<string, number>, values: T[], key: string, value: T): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  values.push(value)
  numbers.set(key, values.length - 1)
  return values.length - 1
}
