import {
  blankEntry,
  type Entry,
  entryAt,
  equalBytes,
  isReplicationQuorum,
  lastIndex,
  type NodeId,
  type Reply,
  votersIn,
} from '@quorate/core'
import type { RaftState } from '../../src/index.ts'
import { type Cluster, stateOf } from './cluster.ts'

interface Committed {
  readonly entry: Entry
  /** The term of the replica that was first seen to know. */
  readonly term: number
}

/** What must hold of the whole cluster, whatever has happened. Figure 3 of the paper, and the contract with clients. */
export class Invariants {
  readonly committed: Map<number, Committed> = new Map()
  private readonly leaders = new Map<number, NodeId>()
  private readonly checkedTo = new Map<NodeId, number>()
  private readonly repliesSeen = new Map<NodeId, number>()
  private readonly readFloors = new Map<number, number>()
  readonly answers: Map<number, Reply> = new Map()
  readonly certainlyNot: Set<number> = new Set()
  private readonly cluster: Cluster

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  get highestCommit(): number {
    return Math.max(0, ...this.committed.keys())
  }

  /** A linearizable read must not be older than `floor`, what was committed when it was made. */
  noteRead(sequence: number, floor: number): void {
    this.readFloors.set(sequence, floor)
  }

  /** A replica that starts again may commit anew what it had committed before. */
  noteRestart(id: NodeId): void {
    this.checkedTo.delete(id)
  }

  check(): void {
    const states = [...this.cluster.nodes.keys()]
      .filter((id) => this.cluster.node(id).running)
      .map((id) => stateOf(this.cluster, id))
    // Whoever leads, and in the latest term, is the first to know what is committed, and by whose quorum.
    const deciders = states.filter(({ role }) => role === 'leader').sort((a, b) => b.term - a.term)
    for (const state of new Set([...deciders, ...states])) {
      this.checkElectionSafety(state)
      this.checkStateMachineSafety(state)
    }
    for (const state of states) this.checkMemberships(state)
    for (const state of states) this.checkLeaderCompleteness(state)
    for (const a of states) for (const b of states) if (a.self < b.self) checkLogMatching(a, b)
    for (const state of states) this.checkReplies(state.self)
  }

  private checkElectionSafety({ role, term, self }: RaftState): void {
    if (role !== 'leader') return
    const other = this.leaders.get(term) ?? self
    if (other !== self) throw new Error(`Election Safety: ${other} and ${self} lead term ${term}`)
    this.leaders.set(term, self)
  }

  private checkStateMachineSafety(state: RaftState): void {
    const from = Math.max(this.checkedTo.get(state.self) ?? 0, state.log.base)
    for (let index = from + 1; index <= state.commit; index++) {
      const entry = entryAt(state.log, index)!
      const known = this.committed.get(index)
      if (known === undefined) this.commit(state, entry)
      else if (!isSame(known.entry, entry)) {
        throw new Error(`State Machine Safety: two entries committed at ${index}`)
      }
    }
    this.checkedTo.set(state.self, state.commit)
  }

  private commit(state: RaftState, entry: Entry): void {
    this.committed.set(entry.index, { entry, term: state.term })
    // Whoever commits it may have begun to change members since.
    const quorums = state.memberships.slice(-2).map(({ membership }) => membership.quorums)
    const holds = (id: NodeId): boolean => {
      const { durable } = this.cluster.node(id)
      return entry.index <= durable.baseIndex || durable.entryAt(entry.index)?.epoch === entry.epoch
    }
    if (!quorums.some((system) => isReplicationQuorum(system, holds)))
      throw new Error(`Durability: ${entry.index} is committed on a minority of disks`)
    const keeps = (id: NodeId): boolean => {
      const { durable } = this.cluster.node(id)
      return entry.index <= durable.baseIndex || durable.entryAt(entry.index)?.kind !== 'blank'
    }
    if (!quorums.flatMap(votersIn).some((id) => holds(id) && keeps(id)))
      throw new Error(`Durability: ${entry.index} is committed without its command`)
  }

  /** One change at a time: a log has one membership at most that is not committed. */
  private checkMemberships({ self, memberships }: RaftState): void {
    const open = memberships.filter(({ index }) => index > this.highestCommit)
    if (open.length > 1) throw new Error(`Membership: ${self} has ${open.length} that are not committed`)
  }

  private checkLeaderCompleteness({ role, term, log, self }: RaftState): void {
    if (role !== 'leader') return
    for (const [index, committed] of this.committed) {
      if (committed.term > term || index <= log.base) continue
      const entry = entryAt(log, index)
      if (entry === undefined || !isSame(entry, committed.entry)) {
        throw new Error(
          `Leader Completeness: ${self}, leader of term ${term}, lacks committed entry ${index}`,
        )
      }
    }
  }

  private checkReplies(id: NodeId): void {
    const { replies } = this.cluster.node(id)
    for (let i = this.repliesSeen.get(id) ?? 0; i < replies.length; i++) this.checkReply(replies[i]!)
    this.repliesSeen.set(id, replies.length)
  }

  private checkReply(reply: Reply): void {
    if (reply.type === 'abandoned') return
    if (this.answers.has(reply.sequence)) throw new Error(`Request ${reply.sequence} was answered twice`)
    this.answers.set(reply.sequence, reply)
    if (reply.type === 'rejected' && reply.outcome === 'definitely-not') this.certainlyNot.add(reply.sequence)
    if (reply.type !== 'readReady') return
    const floor = this.readFloors.get(reply.sequence) ?? 0
    if (reply.index < floor) {
      throw new Error(
        `Linearizability: read ${reply.sequence} got index ${reply.index}, not ${floor} or later`,
      )
    }
  }

  /** At the end: nothing was done twice, and nothing that was said not to be. */
  checkRequests(): void {
    const seen = new Set<number>()
    for (const { entry } of this.committed.values()) {
      if (entry.request === undefined) continue
      const { sequence } = entry.request
      if (seen.has(sequence)) throw new Error(`Proposal ${sequence} was committed twice`)
      if (this.certainlyNot.has(sequence)) throw new Error(`Proposal ${sequence} was denied and committed`)
      seen.add(sequence)
    }
  }
}

function checkLogMatching(a: RaftState, b: RaftState): void {
  let index = Math.min(lastIndex(a.log), lastIndex(b.log))
  const floor = Math.max(a.log.base, b.log.base)
  while (index > floor && entryAt(a.log, index)!.epoch !== entryAt(b.log, index)!.epoch) index--
  for (; index > floor; index--) {
    if (!isSame(entryAt(a.log, index)!, entryAt(b.log, index)!)) {
      throw new Error(`Log Matching: ${a.self} and ${b.self} differ at ${index} below an equal entry`)
    }
  }
}

function isSame(a: Entry, b: Entry): boolean {
  if (a.kind === 'blank' || b.kind === 'blank')
    return a.epoch === b.epoch && blankEntry(a).kind === blankEntry(b).kind
  return (
    a.epoch === b.epoch &&
    a.kind === b.kind &&
    a.request?.sequence === b.request?.sequence &&
    equalBytes(a.data, b.data)
  )
}
