import type { LogIndex, NodeId } from '@quorate/core'
import type { InvariantName } from '@quorate/sim'

/** What is checked of every state, by the names that the simulator has for the same things. */
export type ExploreInvariant =
  | InvariantName
  /** Logs that have an entry of one epoch at one index are equal up to there. */
  | 'log-matching'

/** An invariant that does not hold, and in what way. */
export interface Violation {
  readonly invariant: ExploreInvariant
  readonly message: string
}

/** What a replica did in one step, as far as the cluster's history is concerned. Plain numbers, so that it can be numbered itself. */
export interface HistoryEvent {
  readonly node: NodeId
  readonly epoch: number
  /** Has it come to lead its epoch? Established or not: what counts is that it knows itself to be the leader. */
  readonly leads: boolean
  /** Is its epoch a ballot's round, which others can lead, too? */
  readonly sharesEpoch: boolean
  /** Entries applied: index, number of the entry, and whether this replica's client waits for it. */
  readonly applied: readonly (readonly [index: LogIndex, entry: number, isOwn: boolean])[]
  /** Reads that may be served from an index on. */
  readonly served: readonly (readonly [sequence: number, index: LogIndex])[]
  /** Reads and proposals turned down. */
  readonly refused: readonly number[]
  readonly readBegun: number | undefined
  readonly crashed: boolean
  /** The engine broke a rule of its own. */
  readonly violation: Violation | undefined
}

/** What must be remembered of the past to judge the present. Plain data, never changed. */
export interface History {
  /** The entry decided at index `i + 1`, and the epoch in which it was decided at the latest; -1 if nobody applied it. */
  readonly decided: readonly (readonly [entry: number, epoch: number])[]
  /** Who led each epoch, by epoch; several, by their ids, where epochs are rounds of ballots. */
  readonly leaders: readonly (readonly [epoch: number, node: NodeId])[]
  /** The highest index that a client knows to be in force: its command was applied, or its read was served from there. */
  readonly known: LogIndex
  /** Reads begun and not ended: where, its sequence, and `known` when it began. */
  readonly reads: readonly (readonly [node: NodeId, sequence: number, floor: LogIndex])[]
  readonly violation: Violation | undefined
}

export const noPast: History = { decided: [], leaders: [], known: 0, reads: [], violation: undefined }

/** Carries an event into the history. */
export function remember(history: History, event: HistoryEvent): History {
  if (history.violation !== undefined) return history
  const { node, violation } = event
  if (violation !== undefined) return { ...history, violation }
  let next = beginRead(history, event)
  if (event.leads) next = rememberLeader(next, event)
  for (const [index, entry, isOwn] of event.applied) {
    next = rememberDecision(next, index, entry, event)
    if (isOwn && index > next.known) next = { ...next, known: index }
  }
  for (const [sequence, index] of event.served) next = endRead(next, node, sequence, index)
  const isOver = ([at, sequence]: History['reads'][number]): boolean =>
    at === node && (event.crashed || event.refused.includes(sequence))
  return next.reads.some(isOver) ? { ...next, reads: next.reads.filter((read) => !isOver(read)) } : next
}

function beginRead(history: History, { node, readBegun }: HistoryEvent): History {
  if (readBegun === undefined) return history
  return { ...history, reads: [...history.reads, [node, readBegun, history.known]] }
}

/**
 * Election safety: at most one leader an epoch. Raft (extended), figure 3; Zab: Leadership1 and 2 of its specification.
 * In Paxos it is a ballot that has one leader, whose id is part of it.
 */
function rememberLeader(history: History, { node, epoch, sharesEpoch }: HistoryEvent): History {
  const known = history.leaders.find(([other, by]) => other === epoch && (by === node || !sharesEpoch))
  if (known === undefined) {
    return { ...history, leaders: [...history.leaders, [epoch, node] as const].sort(byEpoch) }
  }
  if (known[1] === node) return history
  return violate(history, 'election-safety', `replicas ${known[1]} and ${node} both lead epoch ${epoch}`)
}

/** Agreement: no two replicas apply different entries at one index. */
function rememberDecision(history: History, index: LogIndex, entry: number, event: HistoryEvent): History {
  const known = history.decided[index - 1]
  if (known !== undefined && known[0] >= 0) {
    if (known[0] === entry) return history
    const what = `replica ${event.node} applies another entry at index ${index} than was applied before`
    return violate(history, 'agreement', what)
  }
  const decided = [...history.decided]
  while (decided.length < index - 1) decided.push([-1, 0])
  decided[index - 1] = [entry, decidingEpoch(history, event)]
  return { ...history, decided }
}

/**
 * When what is applied now was decided at the latest: in the replica's own epoch. Where epochs are rounds, a replica
 * learns what was decided in a later one than it has heard of, but not in one that nobody has led yet.
 */
function decidingEpoch({ leaders }: History, { epoch, sharesEpoch }: HistoryEvent): number {
  return sharesEpoch ? Math.max(epoch, leaders.at(-1)?.[0] ?? 0) : epoch
}

/** The order of {@link History.leaders}. */
export function byEpoch([a, x]: History['leaders'][number], [b, y]: History['leaders'][number]): number {
  return a - b || x - y
}

/** A linearizable read reflects all that any client knew before it began. */
function endRead(history: History, node: NodeId, sequence: number, index: LogIndex): History {
  const read = history.reads.find(([at, number]) => at === node && number === sequence)
  if (read === undefined) {
    return violate(history, 'one-answer', `replica ${node} serves read ${sequence}, which is not waiting`)
  }
  const [, , floor] = read
  if (index < floor) {
    const what = `replica ${node} serves a read from index ${index} on, but index ${floor} was known to clients before it began`
    return violate(history, 'fresh-reads', what)
  }
  const reads = history.reads.filter((other) => other !== read)
  return { ...history, reads, known: Math.max(history.known, index) }
}

function violate(history: History, invariant: ExploreInvariant, message: string): History {
  return history.violation === undefined ? { ...history, violation: { invariant, message } } : history
}
