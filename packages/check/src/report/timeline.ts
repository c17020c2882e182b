import type { ClientId } from '../history/operation.ts'

/** An interval that is to be drawn. */
export interface Interval {
  readonly client: ClientId
  readonly call: number
  readonly return: number
}

/** Where intervals are drawn: columns for moments, lanes for clients. */
export interface Timeline {
  /** How many moments are told apart: every call and return is one, in order; distances mean nothing. */
  readonly columns: number
  /** Of each interval, the columns of its call and return; a return that never came is after the last. */
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** Of each interval, its lane. */
  readonly lane: readonly number[]
  /** The client of each lane; one that has several operations under way has several lanes. */
  readonly lanes: readonly ClientId[]
}

/** Lays intervals out. Calls come before returns at equal times, as intervals are closed. */
export function timelineOf(intervals: readonly Interval[]): Timeline {
  const moments = intervals
    .flatMap(({ call, ...interval }, number) => [
      { time: call, isReturn: 0, number },
      { time: interval.return, isReturn: 1, number },
    ])
    .filter(({ time }) => time < Infinity)
  moments.sort((a, b) => a.time - b.time || a.isReturn - b.isReturn || a.number - b.number)
  const from = intervals.map(() => 0)
  const to = intervals.map(() => moments.length)
  for (const [column, { isReturn, number }] of moments.entries()) {
    if (isReturn === 1) to[number] = column
    else from[number] = column
  }
  return { columns: moments.length, from, to, ...lanesOf(intervals, from, to) }
}

function lanesOf(
  intervals: readonly Interval[],
  from: readonly number[],
  to: readonly number[],
): Pick<Timeline, 'lane' | 'lanes'> {
  /** Of each client, when each of its lanes is free again. */
  const free = new Map<ClientId, number[]>()
  const sub: number[] = []
  const byCall = [...intervals.keys()].sort((a, b) => from[a]! - from[b]!)
  for (const number of byCall) {
    const { client } = intervals[number]!
    const ends = free.get(client) ?? []
    free.set(client, ends)
    const at = ends.findIndex((end) => end <= from[number]!)
    sub[number] = at < 0 ? ends.length : at
    ends[sub[number]] = to[number]!
  }
  const clients = [...free.keys()].sort(compareClients)
  const first = new Map<ClientId, number>()
  const lanes: ClientId[] = []
  for (const client of clients) {
    first.set(client, lanes.length)
    for (const _ of free.get(client)!) lanes.push(client)
  }
  return { lane: intervals.map(({ client }, number) => first.get(client)! + sub[number]!), lanes }
}

function compareClients(a: ClientId, b: ClientId): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

/**
 * Moments for operations in the order given, each within its interval: at the latest call so far, several in one place
 * spread over the column.
 */
export function placesInTime({ from }: Timeline, order: readonly number[]): readonly number[] {
  const columns: number[] = []
  let latest = -1
  for (const number of order) columns.push((latest = Math.max(latest, from[number]!)))
  const places: number[] = []
  for (let start = 0; start < columns.length;) {
    const column = columns[start]!
    let end = start
    while (end < columns.length && columns[end] === column) end++
    for (let at = start; at < end; at++) places.push(column + (at - start + 1) / (end - start + 1))
    start = end
  }
  return places
}
