import {
  type Entry,
  type LogIndex,
  type NodeId,
  type QuorumSystem,
  isReplicationQuorum,
  quorumIndex,
  sameEntry,
} from '@quorate/core'
import type { AbstractStep, Refuse } from './rules.ts'
import { describeEntry } from './same-entry.ts'

/** A value that a quorum has accepted, and the first round in which it had. */
export interface ChosenEntry {
  readonly entry: Entry
  readonly round: number
}

/** What one sequencer proposes, and who has accepted how much of it, durably. */
export interface Round {
  readonly number: number
  readonly by: NodeId
  /** Logs without holes: which sets of replicas decide, as its sequencer last saw them. */
  quorums: QuorumSystem
  /** What was proposed and is not chosen yet, or differs from what was. */
  readonly values: Map<LogIndex, Entry>
  /** Logs without holes: how far each replica, by its id, has accepted. */
  readonly reached: (LogIndex | undefined)[]
  /** Slots accepted one by one: by whom. */
  readonly holders: Map<LogIndex, Set<NodeId>>
  /** Everything up to here is known to be chosen, in this round or an earlier one. */
  chosenTo: LogIndex
}

/**
 * The specification that every protocol here implements: one log, each slot of which is decided once. Rounds propose,
 * a quorum of acceptances chooses, replicas learn. Multi-Consensus (van Renesse, Schiper, Schneider: _Vive la
 * différence_, 2015), as a thing that is asked whether a step is legal.
 */
export class AbstractLog {
  /** By slot; a slot that is not chosen is missing. */
  private readonly chosen: (ChosenEntry | undefined)[] = []
  private readonly rounds = new Map<number, Round>()
  private latestRound = 0
  private contiguous: LogIndex = 0
  private readonly refuse: Refuse

  constructor(refuse: Refuse) {
    this.refuse = refuse
  }

  /** Every slot up to here is chosen. */
  get chosenIndex(): LogIndex {
    return this.contiguous
  }

  chosenAt(slot: LogIndex): ChosenEntry | undefined {
    return this.chosen[slot]
  }

  round(number: number): Round | undefined {
    return this.rounds.get(number)
  }

  /** `by` is the sequencer of the round from now on, or has been. */
  start(number: number, by: NodeId, quorums: QuorumSystem): Round {
    const known = this.rounds.get(number)
    if (known !== undefined) {
      if (known.by !== by) {
        const message = `replicas ${known.by} and ${by} are both sequencers of round ${number}`
        this.refuse('one-sequencer', { type: 'start', round: number, by }, message)
      } else if (known.quorums !== quorums) {
        // Raft: whoever takes a membership into its log decides by it from then on, also on what is there already.
        known.quorums = quorums
        this.chooseReached(known)
      }
      return known
    }
    const round: Round = {
      number,
      by,
      quorums,
      values: new Map(),
      reached: [],
      holders: new Map(),
      chosenTo: 0,
    }
    this.rounds.set(number, round)
    if (number > this.latestRound) this.latestRound = number
    return round
  }

  /** What a round has for a slot: what it proposed there, or what was chosen in it or before and so is its own, too. */
  valueAt(round: Round, slot: LogIndex): Entry | undefined {
    const proposed = round.values.get(slot)
    if (proposed !== undefined) return proposed
    const chosen = this.chosen[slot]
    return chosen !== undefined && chosen.round <= round.number ? chosen.entry : undefined
  }

  /** What the round itself has proposed for a slot. */
  proposedAt(round: Round, slot: LogIndex): Entry | undefined {
    const chosen = this.chosen[slot]
    return round.values.get(slot) ?? (chosen?.round === round.number ? chosen.entry : undefined)
  }

  /** The round's sequencer proposes. Gives the value as it is known here: equal values are one object. */
  propose(round: Round, entry: Entry): Entry {
    const slot = entry.index
    const known = this.valueAt(round, slot)
    if (known !== undefined && sameEntry(known, entry)) return known
    const step: AbstractStep = { type: 'propose', round: round.number, by: round.by, slot }
    const chosen = this.chosen[slot]
    if (chosen !== undefined && chosen.round < round.number) {
      this.refuse('safe-proposal', step, `${describeEntry(entry)} is proposed where another was chosen`, {
        proposed: describeEntry(entry),
        chosen: describeEntry(chosen.entry),
        chosenIn: chosen.round,
      })
    } else if (known !== undefined) {
      this.refuse('one-proposal', step, `round ${round.number} proposes two values for slot ${slot}`, {
        first: describeEntry(known),
        second: describeEntry(entry),
      })
    }
    round.values.set(slot, entry)
    return entry
  }

  /** The last slot that was chosen in a round before `number`: what its sequencer must have. Only where logs have no holes. */
  chosenBefore(number: number): LogIndex {
    let slot = this.contiguous
    while (slot > 0 && (this.chosen[slot]?.round ?? 0) >= number) slot--
    return slot
  }

  /** `replica` has durably accepted everything up to `index` in the round. */
  acceptTo(round: Round, replica: NodeId, index: LogIndex): void {
    const { reached } = round
    if ((reached[replica] ?? 0) >= index) return
    reached[replica] = index
    this.chooseReached(round)
  }

  /** Logs without holes: chooses what a quorum has accepted. */
  private chooseReached(round: Round): void {
    const { reached } = round
    let end = quorumIndex(round.quorums, (voter) => reached[voter] ?? 0)
    if (end <= round.chosenTo) return
    if (end === Infinity) end = reached.reduce<number>((highest, index) => Math.max(highest, index ?? 0), 0)
    while (round.chosenTo < end) {
      round.chosenTo += 1
      this.choose(round, round.chosenTo)
    }
  }

  /**
   * `replica` has durably accepted that slot, and says nothing about others. `quorums`: those that decide the slot. Once
   * a value is chosen there, this and later rounds can choose nothing else, so only earlier ones are still counted.
   */
  acceptSlot(round: Round, replica: NodeId, slot: LogIndex, quorums: QuorumSystem): void {
    const chosen = this.chosen[slot]
    if (chosen !== undefined && chosen.round <= round.number) {
      round.holders.delete(slot)
      return
    }
    const holders = round.holders.get(slot) ?? new Set<NodeId>()
    holders.add(replica)
    round.holders.set(slot, holders)
    if (isReplicationQuorum(quorums, (voter) => holders.has(voter))) this.choose(round, slot)
  }

  private choose(round: Round, slot: LogIndex): void {
    const entry = this.valueAt(round, slot)
    if (entry === undefined) return // accepted without being proposed: that was refused
    const step: AbstractStep = { type: 'choose', round: round.number, slot }
    const known = this.chosen[slot]
    if (known === undefined) {
      this.chosen[slot] = { entry, round: round.number }
      while (this.chosen[this.contiguous + 1] !== undefined) this.contiguous += 1
      this.checkLaterRounds(step, entry, round.number)
    } else if (!sameEntry(known.entry, entry)) {
      this.refuse(
        'one-choice',
        step,
        `slot ${slot} is chosen twice, in rounds ${known.round} and ${round.number}`,
        {
          first: describeEntry(known.entry),
          second: describeEntry(entry),
        },
      )
    }
    // From here on `valueAt` finds it among what is chosen.
    if (known === undefined || known.round <= round.number) round.values.delete(slot)
  }

  /** Nothing else may have been proposed by a later round: its sequencer had to know that this could yet be chosen. */
  private checkLaterRounds(step: AbstractStep, entry: Entry, number: number): void {
    if (number === this.latestRound) return
    for (const later of this.rounds.values()) {
      const proposed = later.number > number ? later.values.get(entry.index) : undefined
      if (proposed === undefined || sameEntry(proposed, entry)) continue
      const message = `slot ${entry.index} is chosen in round ${number}, but round ${later.number} proposed another value`
      this.refuse('safe-proposal', step, message, {
        chosen: describeEntry(entry),
        proposed: describeEntry(proposed),
      })
    }
  }
}
