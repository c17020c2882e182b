import type { RunEvent } from '../run/run-event.ts'
import { eventText } from '../transcript/event-line.ts'
import { messageText } from '../transcript/format-value.ts'
import type { RecordedRun } from './recorded-run.ts'
import { shownEvents } from './shown-events.ts'

/**
 * A run as a Mermaid sequence diagram. An arrow is drawn where the message arrives, one with a cross where it is lost.
 * Messages still under way at the end are left out.
 */
export function mermaidOf({ nodes, events }: RecordedRun): string {
  const lines = ['sequenceDiagram', ...nodes.map((node) => `  participant n${node} as ${node}`)]
  for (const event of events) {
    if (event.node === 0) continue
    const line = lineOf(event)
    if (line !== undefined) lines.push(`  ${line}`)
  }
  return `${lines.join('\n')}\n`
}

function lineOf(event: RunEvent): string | undefined {
  if (event.type === 'sent') return undefined
  if (event.type === 'delivered') {
    const arrow = event.again ? '-->>' : '->>'
    return `n${event.from}${arrow}n${event.node}: ${escaped(messageText(event.message))}`
  }
  if (event.type === 'lost') return `n${event.node}-xn${event.to}: ${escaped(messageText(event.message))}`
  return shownEvents.has(event.type) ? `Note over n${event.node}: ${escaped(eventText(event))}` : undefined
}

/** Mermaid's own entities for what would end a line, begin an entity or be taken for markup or a keyword. */
function escaped(text: string): string {
  return text
    .replace(/[#;<>%{}]/g, (sign) => `#${sign.charCodeAt(0)};`)
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\bend\b/g, '#101;nd')
}
