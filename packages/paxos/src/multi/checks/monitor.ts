import {
  type Ballot,
  type Engine,
  type EngineInit,
  type Entry,
  type Input,
  type LogIndex,
  membershipAt,
  type Monitor,
  type MonitorBlame,
  type MonitorDefinition,
  type MonitorInvariant,
  type NodeId,
  type Observation,
  type Output,
  sameEntry,
} from '@quorate/core'
import { compareBallots, ballotOf, isAbove, isSame, noBallot } from '../ballot.ts'
import { decodeHardState } from '../disk/hard-state.ts'
import type { PaxosMessage } from '../messages.ts'
import { MonitoredReplica } from './monitored-replica.ts'
import { describeEntry, ProposalTable } from './proposal-table.ts'

/** The invariants of *Paxos Made Moderately Complex*, under the names that they have there. */
const rules = ['A1', 'A2', 'A3', 'A4', 'A5', 'C1', 'C2', 'R1', 'R2', 'R3', 'R4', 'R5'] as const

type Rule = (typeof rules)[number]

/**
 * Watches all replicas of a cluster and checks PMMC's invariants after every step: of acceptors (A1–A5), of commanders
 * (C1, C2), which here are a leader's own proposals, and of replicas (R1–R5).
 */
export function pmmcMonitor(window: number): MonitorDefinition<PaxosMessage> {
  return {
    invariants: rules.map((rule): MonitorInvariant => `paxos ${rule}`),
    create: (blame) => new PmmcMonitor(window, blame),
  }
}

class PmmcMonitor implements Monitor<PaxosMessage> {
  private readonly window: number
  private readonly blame: MonitorBlame
  private readonly replicas = new Map<NodeId, MonitoredReplica>()
  private readonly table = new ProposalTable()

  constructor(window: number, blame: MonitorBlame) {
    this.window = window
    this.blame = blame
  }

  /** What left a replica before it stopped must be on its disk: its promises (A1) and what it accepted (A3). */
  created({ self, image, snapshot }: EngineInit, engine: Engine<PaxosMessage>): void {
    const replica = this.replica(self)
    const promised = image.hardState === undefined ? noBallot : decodeHardState(image.hardState).promised
    if (isAbove(replica.told, promised)) {
      this.broken('A1', self, 'comes back with a lower ballot than it had told of', {
        told: replica.told,
        promised,
      })
    }
    const base = snapshot?.index ?? 0
    for (const [slot, told] of replica.accepted) {
      const held = image.ballots.get(slot)
      if (slot <= base || replica.isUnconfirmed(slot)) continue
      if (held === undefined || isAbove(told, held)) {
        this.broken('A3', self, `comes back without what it had accepted in slot ${slot}`, { told, held })
      }
    }
    // Of writes under way some may have reached the disk without its being told: others may rely on them from now on.
    for (const [slot, ballot] of image.ballots) this.table.hold(slot, ballot, self)
    if (isAbove(promised, replica.told)) replica.told = promised
    replica.reopen(promised, image.ballots, engine.observe())
  }

  given(node: NodeId, input: Input<PaxosMessage>): void {
    if (input.type !== 'persisted') return
    const replica = this.replica(node)
    for (const { ballot, entries, told } of replica.confirm(input.token.sequence)) {
      if (isAbove(told, replica.told)) replica.told = told
      for (const entry of entries) this.table.hold(entry.index, ballot, node)
    }
  }

  taken(node: NodeId, output: Output<PaxosMessage>, engine: Engine<PaxosMessage>): void {
    const replica = this.replica(node)
    const view = engine.observe()
    if (output.persist !== undefined) this.wrote(replica, output.persist, view)
    for (const { message } of output.send) {
      this.sent(replica, message)
      // Who is told of a promise relies on it, whether it is durable or not.
      const tells = message.type === 'Prepare' || message.type === 'Promise'
      if (tells && isAbove(ballotOf(message), replica.told)) replica.told = ballotOf(message)
    }
    for (const { envelopes } of output.sendAfter)
      for (const { message } of envelopes) this.sent(replica, message)
    for (const order of output.snapshots) if (order.type === 'install') replica.applied = order.meta.index
    if (output.apply.length > 0) this.applied(replica, output.apply)
    if (view.commitIndex < replica.commit) {
      this.broken('R4', node, 'takes back what it knew to be chosen', {
        from: replica.commit,
        to: view.commitIndex,
      })
    }
    replica.commit = view.commitIndex
    this.forget()
  }

  private wrote(
    replica: MonitoredReplica,
    { operations, token }: NonNullable<Output['persist']>,
    view: Observation,
  ): void {
    const before = replica.promised
    let { promised } = replica
    for (const operation of operations) {
      if (operation.type === 'setHardState') ({ promised } = decodeHardState(operation.bytes))
      if (operation.type === 'compactTo') replica.forgetTo(operation.meta.index)
    }
    if (isAbove(before, promised))
      this.broken('A1', replica.node, 'adopts a lower ballot', { before, promised })
    replica.promised = promised
    for (const operation of operations) {
      if (operation.type !== 'accept') continue
      const { ballot, entries } = operation
      for (const entry of entries) this.accepted(replica, before, ballot, entry, view)
      replica.pending.push({ sequence: token.sequence, ballot, entries, told: noBallot })
    }
    replica.pending.push({ sequence: token.sequence, ballot: noBallot, entries: [], told: promised })
  }

  private accepted(
    replica: MonitoredReplica,
    before: Ballot,
    ballot: Ballot,
    entry: Entry,
    view: Observation,
  ): void {
    const { node } = replica
    const slot = entry.index
    const chosen = this.table.chosenIn(slot)
    const context = { slot, ballot, before }
    const isLearned = chosen !== undefined && sameEntry(chosen.entry, entry)
    if (ballot.node === node && isSame(ballot, replica.promised)) this.proposed(replica, ballot, entry, view)
    else if (isAbove(before, ballot) && !isLearned && slot > this.table.forgotten) {
      this.broken(
        'A2',
        node,
        `accepts in slot ${slot} in a ballot below the one that it has adopted`,
        context,
      )
    }
    const proposal = this.table.proposal(slot, ballot)
    if (proposal !== undefined && !sameEntry(proposal.entry, entry)) {
      const first = describeEntry(proposal.entry)
      this.broken('A4', node, `accepts another value in slot ${slot} than others in the same ballot`, {
        ...context,
        first,
      })
    }
    if (chosen !== undefined && !isLearned && isAbove(ballot, chosen.ballot)) {
      const what = describeEntry(chosen.entry)
      this.broken('A5', node, `accepts another value in slot ${slot} than the one that was chosen`, {
        ...context,
        what,
      })
    }
    const held = replica.accepted.get(slot)
    if (held !== undefined && isAbove(held, ballot)) {
      this.broken('A3', node, `gives up what it had accepted in slot ${slot} for a lower ballot`, {
        ...context,
        held,
      })
    }
    replica.accepted.set(slot, ballot)
  }

  /** PMMC's commanders: one for each slot that a leader proposes for. */
  private proposed(replica: MonitoredReplica, ballot: Ballot, entry: Entry, view: Observation): void {
    const slot = entry.index
    const known = this.table.proposal(slot, ballot)
    const chosen = this.table.chosenIn(slot)
    const context = { slot, ballot, value: describeEntry(entry) }
    if (known !== undefined && !sameEntry(known.entry, entry)) {
      this.broken('C1', replica.node, `proposes two values for slot ${slot} in one ballot`, context)
    }
    if (
      chosen !== undefined &&
      compareBallots(chosen.ballot, ballot) < 0 &&
      !sameEntry(chosen.entry, entry)
    ) {
      const what = describeEntry(chosen.entry)
      this.broken('C2', replica.node, `proposes another value for slot ${slot} than was chosen`, {
        ...context,
        what,
      })
    }
    if (slot > view.commitIndex + this.window) {
      const { commitIndex } = view
      this.broken('R5', replica.node, `proposes for slot ${slot}, whose members it cannot know`, {
        ...context,
        commitIndex,
      })
    }
    if (known === undefined)
      this.table.propose(slot, ballot, entry, membershipAt(view.membership, slot).quorums)
  }

  private sent(replica: MonitoredReplica, message: PaxosMessage): void {
    if (message.type !== 'Accepted') return
    const ballot = ballotOf(message)
    if (!isAbove(replica.promised, ballot)) return
    const context = { ballot, promised: replica.promised }
    this.broken('A2', replica.node, 'acknowledges in a ballot below the one that it has adopted', context)
  }

  /** R1 to R3: what is delivered was chosen, is the same everywhere, and comes slot by slot. */
  private applied(replica: MonitoredReplica, entries: readonly Entry[]): void {
    for (const entry of entries) {
      const slot = entry.index
      if (slot !== replica.applied + 1) {
        this.broken('R3', replica.node, `delivers slot ${slot} behind slot ${replica.applied}`, { slot })
      }
      replica.applied = slot
      if (slot <= this.table.forgotten) continue
      const delivered = this.table.deliver(slot, entry)
      if (!sameEntry(delivered, entry)) {
        const context = { first: describeEntry(delivered), second: describeEntry(entry) }
        this.broken('R1', replica.node, `delivers another value in slot ${slot} than others`, context)
      }
      const chosen = this.table.chosenIn(slot)
      if (chosen !== undefined && sameEntry(chosen.entry, entry)) continue
      const context = { delivered: describeEntry(entry), chosen: chosen && describeEntry(chosen.entry) }
      this.broken('R2', replica.node, `delivers in slot ${slot} what is not chosen there`, context)
    }
  }

  /** Slots that every replica knows to be chosen are done with. */
  private forget(): void {
    if (this.table.size < 2048) return
    let known: LogIndex = Infinity
    for (const { commit } of this.replicas.values()) known = Math.min(known, commit)
    this.table.forgetTo(known)
  }

  private replica(node: NodeId): MonitoredReplica {
    let replica = this.replicas.get(node)
    if (replica === undefined) this.replicas.set(node, (replica = new MonitoredReplica(node)))
    return replica
  }

  private broken(rule: Rule, node: NodeId, what: string, context: Readonly<Record<string, unknown>>): void {
    this.blame({ invariant: `paxos ${rule}`, message: `replica ${node} ${what}`, node, context })
  }
}
