import type { RunEvent, RunEventOf } from '../run/run-event.ts'

/** What is left of a statement's events for a reader, and what was left out because it changed nothing. */
export interface Condensed {
  readonly events: readonly RunEvent[]
  /** How many messages of each type, in the order in which the types first came. */
  readonly idle: ReadonlyMap<string, number>
}

/**
 * Leaves out what is told elsewhere: that a message was sent, where its end is told; that a write was begun, where it
 * ended; how far the commit went, where the entries are applied. With `isTimed`, when messages and timers go on by
 * themselves, also each message and timer that brought about nothing but other messages.
 */
export function condense(events: readonly RunEvent[], isTimed: boolean): Condensed {
  const ended = endedMessages(events)
  const durable = countOf(events, 'durable')
  const kept: RunEvent[] = []
  const idle = new Map<string, number>()
  for (const group of groupsOf(events)) {
    const told = group.filter((event) => isTold(event, group, ended, durable))
    if (isTimed && isIdle(told)) {
      for (const event of told) {
        if (event.type === 'timer') continue
        const { type } = (event as RunEventOf<'delivered' | 'lost'>).message
        idle.set(type, (idle.get(type) ?? 0) + 1)
      }
    } else kept.push(...told)
  }
  return { events: kept, idle }
}

/** Messages that arrive or are lost among these events. */
function endedMessages(events: readonly RunEvent[]): Set<number> {
  const ended = new Set<number>()
  for (const event of events) {
    if (event.type === 'lost' || (event.type === 'delivered' && !event.again)) ended.add(event.message.id)
  }
  return ended
}

function countOf(events: readonly RunEvent[], type: 'durable'): Map<number, number> {
  const counts = new Map<number, number>()
  for (const event of events)
    if (event.type === type) counts.set(event.node, (counts.get(event.node) ?? 0) + 1)
  return counts
}

/** Each message that arrives and each timer that runs out, with what it brings about. */
function groupsOf(events: readonly RunEvent[]): RunEvent[][] {
  const groups: RunEvent[][] = [[]]
  for (const event of events) {
    if (event.type === 'delivered' || event.type === 'timer') groups.push([])
    groups.at(-1)!.push(event)
  }
  return groups
}

/** Changes `durable`: so many writes that end here have not been begun yet, as far as this statement is read. */
function isTold(
  event: RunEvent,
  group: readonly RunEvent[],
  ended: ReadonlySet<number>,
  durable: Map<number, number>,
): boolean {
  if (event.type === 'sent') return !ended.has(event.message.id)
  if (event.type === 'writes') {
    const left = durable.get(event.node) ?? 0
    durable.set(event.node, left - 1)
    return left <= 0
  }
  if (event.type === 'committed') {
    return !group.some(
      (other) => other.type === 'applied' && other.node === event.node && other.entry.index === event.index,
    )
  }
  return event.type !== 'proposed'
}

function isIdle(group: readonly RunEvent[]): boolean {
  return group.every(
    ({ type }, i) => type === 'lost' || (i === 0 && (type === 'delivered' || type === 'timer')),
  )
}
