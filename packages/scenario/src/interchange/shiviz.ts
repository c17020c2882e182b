import type { NodeId } from '@quorate/core'
import type { RunEvent } from '../run/run-event.ts'
import { eventText } from '../transcript/event-line.ts'
import { messageText } from '../transcript/format-value.ts'
import type { RecordedRun } from './recorded-run.ts'
import { shownEvents } from './shown-events.ts'

/** How ShiViz is to read the log: its first line. The second is for logs of several runs, and empty. */
const parser = String.raw`(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`

type Clock = Map<NodeId, number>

/**
 * A run as a log for ShiViz, which draws it as a space-time diagram: each event with its node's vector clock (Fidge 1988,
 * Mattern 1989). Load it as a file: its first line tells ShiViz how to read the rest.
 */
export function shivizOf({ nodes, events }: RecordedRun): string {
  const clocks = new Map<NodeId, Clock>(nodes.map((node) => [node, new Map()]))
  /** The clock that travels with each message. */
  const sent = new Map<number, Clock>()
  const lines = [parser, '']
  for (const event of events) {
    const clock = clocks.get(event.node)
    const text = lineText(event)
    if (clock === undefined || text === undefined) continue
    if (event.type === 'delivered') merge(clock, sent.get(event.message.id))
    clock.set(event.node, (clock.get(event.node) ?? 0) + 1)
    if (event.type === 'sent') sent.set(event.message.id, new Map(clock))
    lines.push(`${hostName(event.node)} ${clockText(clock)}`, text)
  }
  return `${lines.join('\n')}\n`
}

function lineText(event: RunEvent): string | undefined {
  if (event.type === 'sent') return `send to ${event.to}: ${messageText(event.message)}`
  if (event.type === 'delivered') return `receive from ${event.from}: ${messageText(event.message)}`
  if (event.type === 'lost' || !shownEvents.has(event.type)) return undefined
  return eventText(event).replace(/[\r\n]+/g, ' ')
}

function merge(clock: Clock, other: Clock | undefined): void {
  for (const [node, count] of other ?? []) clock.set(node, Math.max(clock.get(node) ?? 0, count))
}

function clockText(clock: Clock): string {
  const entries = [...clock].sort(([a], [b]) => a - b)
  return JSON.stringify(Object.fromEntries(entries.map(([node, count]) => [hostName(node), count])))
}

function hostName(node: NodeId): string {
  return `node${node}`
}
