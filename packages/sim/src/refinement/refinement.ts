import {
  type Acceptance,
  type Engine,
  type EngineInit,
  type Entry,
  type Input,
  type LogIndex,
  type Monitor,
  type NodeId,
  type Observation,
  type Output,
  type StorageOperation,
  sameEntry,
} from '@quorate/core'
import type { Blame } from '../invariants/violation.ts'
import { AbstractLog, type Round } from './abstract-log.ts'
import { acceptHistory, historyRound } from './accept-history.ts'
import { acceptSlots } from './accept-slots.ts'
import { type PendingWrite, ReplicaLog } from './replica-log.ts'
import type { AbstractStep, Refuse, RefinementContext, RefinementRule } from './rules.ts'
import { describeEntry, isHeldAs } from './same-entry.ts'
import { SlotQuorums } from './slot-quorums.ts'

/**
 * Checks, while a cluster runs, that what its engines do are legal steps of one abstract log. It sees nothing but the
 * seam that all engines share — what they hand to the disk, what is reported durable, what they apply, whom they take for
 * the leader — and so is the same for every protocol. It finds a broken promise when it is broken, long before a
 * client can see what came of it.
 */
export class Refinement implements Monitor {
  readonly log: AbstractLog
  private readonly acceptance: Acceptance
  private readonly replicas = new Map<NodeId, ReplicaLog>()
  private readonly slotQuorums = new SlotQuorums()
  private readonly refuse: Refuse

  constructor(acceptance: Acceptance, blame: Blame) {
    this.acceptance = acceptance
    this.refuse = (rule, step, message, context) => blame(violationOf(rule, step, message, context))
    this.log = new AbstractLog(this.refuse)
  }

  /** A replica starts, or starts again: what its disk holds is durable. */
  created({ self, image, snapshot }: EngineInit, engine: Engine): void {
    const replica = this.replica(self)
    replica.reopen(image)
    replica.learned = snapshot?.index ?? 0
    if (snapshot !== undefined) this.checkSnapshot(replica, snapshot.index, snapshot.epoch)
    if (this.acceptance === 'slot') this.slotQuorums.saw(engine.observe())
    this.agree(replica)
    if (replica.last === 0) return
    const operations = this.acceptance === 'slot' ? acceptedSlots(image.ballots, replica) : []
    this.complete(replica, this.accepted(replica, operations, replica.base + 1, engine.observe(), 0))
  }

  /** The engine handed out an output, which will be carried out now. */
  taken(node: NodeId, output: Output, engine: Engine): void {
    const { persist, apply, snapshots } = output
    if (persist === undefined && apply.length === 0 && snapshots.length === 0) return
    const replica = this.replica(node)
    if (this.acceptance === 'slot') this.slotQuorums.saw(engine.observe())
    if (persist !== undefined) {
      const low = this.write(replica, persist.operations)
      const { sequence } = persist.token
      replica.pending.push(this.accepted(replica, persist.operations, low, engine.observe(), sequence))
    }
    for (const order of snapshots) {
      if (order.type !== 'install') continue
      this.checkSnapshot(replica, order.meta.index, order.meta.epoch)
      replica.learned = order.meta.index
    }
    for (const entry of apply) this.learn(replica, entry)
  }

  /** The engine is about to be told something: that a write is durable, perhaps. */
  given(node: NodeId, input: Input): void {
    if (input.type !== 'persisted') return
    const replica = this.replica(node)
    const { pending } = replica
    while (pending.length > 0 && pending[0]!.sequence <= input.token.sequence) {
      this.complete(replica, pending.shift()!)
    }
  }

  private replica(node: NodeId): ReplicaLog {
    let replica = this.replicas.get(node)
    if (replica === undefined) this.replicas.set(node, (replica = new ReplicaLog(node)))
    return replica
  }

  /** Carries out operations, all at once. Gives the lowest slot that they changed. */
  private write(replica: ReplicaLog, operations: readonly StorageOperation[]): LogIndex {
    this.agree(replica)
    const agreed = replica.agreed
    let low = Infinity
    for (const operation of operations) low = Math.min(low, this.apply(replica, operation))
    if (low > agreed) return low
    replica.agreed = Math.max(replica.base, Math.min(agreed, low - 1))
    this.agree(replica)
    if (replica.agreed >= agreed) return low
    const slot = replica.agreed + 1
    const chosen = this.log.chosenAt(slot)
    const message = `replica ${replica.node} drops what is chosen at ${slot}`
    this.refuse('keep-chosen', { type: 'drop', replica: replica.node, slot }, message, {
      chosen: chosen && describeEntry(chosen.entry),
      held: agreed,
    })
    return low
  }

  /** Gives the lowest slot from which on it drops or replaces the log. */
  private apply(replica: ReplicaLog, operation: StorageOperation): LogIndex {
    switch (operation.type) {
      case 'append': {
        const first = operation.entries[0]?.index ?? Infinity
        replica.truncateAfter(first - 1)
        for (const entry of operation.entries) replica.put(entry.index, entry, entry)
        return first
      }
      case 'accept':
        for (const entry of operation.entries) this.put(replica, entry)
        return Infinity
      case 'truncateAfter': {
        const from = operation.index < replica.last ? operation.index + 1 : Infinity
        replica.truncateAfter(operation.index)
        return from
      }
      case 'installSnapshot':
        return this.install(replica, operation.meta.index, operation.meta.epoch)
      case 'compactTo':
        this.checkSnapshot(replica, operation.meta.index, operation.meta.epoch)
        replica.forgetTo(operation.meta.index)
        return Infinity
      case 'setHardState':
        return Infinity
    }
  }

  /** Accepts one slot. Nothing else in the log changes, so only a chosen value that lies just there can be lost. */
  private put(replica: ReplicaLog, entry: Entry): void {
    const slot = entry.index
    const own = replica.at(slot)
    const chosen = this.log.chosenAt(slot)
    replica.put(slot, entry, entry)
    if (own === undefined || chosen === undefined || slot <= replica.base) return
    if (!sameEntry(own, chosen.entry) || sameEntry(entry, chosen.entry)) return
    replica.agreed = Math.min(replica.agreed, slot - 1)
    // Accepted in an earlier round than the one that chose it, it counts for nothing there, and may give way.
    if ((replica.acceptedIn.get(slot) ?? chosen.round) < chosen.round) return
    const message = `replica ${replica.node} overwrites what is chosen at ${slot}`
    this.refuse('keep-chosen', { type: 'drop', replica: replica.node, slot }, message, {
      chosen: describeEntry(chosen.entry),
      accepted: describeEntry(entry),
    })
  }

  private install(replica: ReplicaLog, index: LogIndex, epoch: number): LogIndex {
    this.checkSnapshot(replica, index, epoch)
    const keeps = replica.ownAt(index)?.epoch === epoch || replica.base === index
    const last = replica.last
    if (!keeps) replica.truncateAfter(0)
    replica.forgetTo(index)
    replica.base = index
    return keeps || last <= index ? Infinity : index + 1
  }

  private checkSnapshot({ node }: ReplicaLog, index: LogIndex, epoch: number): void {
    if (index === 0) return
    const chosen = index <= this.log.chosenIndex ? this.log.chosenAt(index) : undefined
    if (chosen?.entry.epoch === epoch) return
    const message = `replica ${node} has a snapshot at ${index}, where ${chosen === undefined ? 'nothing' : 'something else'} is chosen`
    this.refuse('snapshot-chosen', { type: 'snapshot', replica: node, slot: index }, message, {
      epoch,
      chosen: chosen && describeEntry(chosen.entry),
    })
  }

  /** What those operations accept, and in which rounds. Slots below `low` are as they were. */
  private accepted(
    replica: ReplicaLog,
    operations: readonly StorageOperation[],
    low: LogIndex,
    view: Observation,
    sequence: number,
  ): PendingWrite {
    if (this.acceptance === 'slot') {
      const slots = acceptSlots(this.log, replica, operations, view, this.refuse)
      return { sequence, round: 0, last: 0, slots }
    }
    const round = historyRound(this.log, this.acceptance, replica, view, this.refuse)
    if (round === undefined) return { sequence, round: 0, last: 0, slots: [] }
    acceptHistory(this.log, round, replica, low, this.refuse)
    // Raft does not stamp an entry anew: one of an earlier term that comes in this one counts in neither (figure 8).
    const counts = round.number === view.epoch
    return { sequence, round: counts ? round.number : 0, last: replica.last, slots: [] }
  }

  /** A write is durable: what it accepts counts. */
  private complete(replica: ReplicaLog, { round, last, slots }: PendingWrite): void {
    const history: Round | undefined = this.log.round(round)
    if (history !== undefined) this.log.acceptTo(history, replica.node, last)
    for (const one of slots) {
      const quorums = this.slotQuorums.at(one.slot)
      this.log.acceptSlot(this.log.round(one.round)!, replica.node, one.slot, quorums)
    }
  }

  /** Finds out how far the replica's log is equal to what is chosen. */
  private agree(replica: ReplicaLog): void {
    for (let slot = replica.agreed + 1; ; slot++) {
      const chosen = this.log.chosenAt(slot)
      const own = replica.at(slot)
      if (chosen === undefined || own === undefined || !isHeldAs(chosen.entry, own)) return
      replica.identify(slot, chosen.entry)
      replica.agreed = slot
    }
  }

  private learn(replica: ReplicaLog, entry: Entry): void {
    const slot = entry.index
    const step: AbstractStep = { type: 'learn', replica: replica.node, slot }
    if (slot !== replica.learned + 1) {
      const message = `replica ${replica.node} applies ${slot} after ${replica.learned}`
      this.refuse('learn-in-order', step, message, { learned: replica.learned })
    }
    replica.learned = slot
    const chosen = this.log.chosenAt(slot)
    const value = replica.ownAt(slot) === entry ? replica.at(slot)! : entry
    if (chosen !== undefined && isHeldAs(chosen.entry, value)) return
    const what = chosen === undefined ? 'which is not chosen' : 'where another entry is chosen'
    this.refuse('learn-chosen', step, `replica ${replica.node} applies ${describeEntry(entry)}, ${what}`, {
      chosen: chosen && describeEntry(chosen.entry),
      chosenTo: this.log.chosenIndex,
    })
  }
}

/** The slots of a log that was read from a disk, as if they were accepted now. */
function acceptedSlots(ballots: EngineInit['image']['ballots'], replica: ReplicaLog): StorageOperation[] {
  return [...ballots].flatMap(([slot, ballot]): StorageOperation[] => {
    const entry = replica.ownAt(slot)
    return entry === undefined ? [] : [{ type: 'accept', ballot, entries: [entry] }]
  })
}

function violationOf(
  rule: RefinementRule,
  step: AbstractStep,
  message: string,
  context: Readonly<Record<string, unknown>> = {},
): Parameters<Blame>[0] {
  const named: RefinementContext = { rule, step }
  const node = 'replica' in step ? step.replica : 'by' in step ? step.by : undefined
  return { invariant: 'refinement', message: `${rule}: ${message}`, node, context: { ...named, ...context } }
}
