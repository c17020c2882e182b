import type { NodeId } from '@quorate/core'
import type { Statement } from '../language/statement.ts'
import type { RunEvent } from '../run/run-event.ts'
import type { ScenarioFailure } from '../run/run-scenario.ts'
import { condense } from './condense.ts'
import { eventLine } from './event-line.ts'
import { ClusterSummary } from './summary.ts'
import { eventsToTell, timedVerbs } from './told-events.ts'

/** What a transcript is made of. */
export interface TranscriptSource {
  readonly engine: string
  readonly nodes: readonly NodeId[]
  readonly statements: readonly Statement[]
  readonly events: readonly RunEvent[]
  readonly failures: readonly ScenarioFailure[]
}

/** A run in words, statement by statement. Equal runs give equal transcripts, so they can be kept and compared. */
export function transcriptOf({ engine, nodes, statements, events, failures }: TranscriptSource): string[] {
  const summary = new ClusterSummary(nodes)
  const lines = [`${engine} on nodes ${nodes.join(', ')}`]
  summary.take(events.filter(({ step }) => step < 0))
  let time = 0
  for (const [step, statement] of statements.entries()) {
    const own = events.filter((event) => event.step === step)
    if (statement.act.verb === 'note') lines.push('', ...wrapped(statement.act.words))
    else if (statement.act.verb === 'expect') lines.push(`> ${statement.text}`)
    else {
      lines.push('', `> ${statement.text}`)
      time = tellEvents(lines, own, statement, time)
    }
    summary.take(own)
    if (timedVerbs.has(statement.act.verb) || statement.isQuiet) lines.push(summary.line)
  }
  for (const { line, message } of failures) lines.push('', `FAILED at line ${line}: ${message}`)
  return lines
}

/** Gives the time of the last event told. */
function tellEvents(
  lines: string[],
  events: readonly RunEvent[],
  statement: Statement,
  from: number,
): number {
  const { verb } = statement.act
  const { events: told, idle } = condense(eventsToTell(events, statement), timedVerbs.has(verb))
  let time = from
  for (const event of told) {
    if (event.time !== time) lines.push(`  ${event.time} ms`)
    time = event.time
    lines.push(eventLine(event))
  }
  if (idle.size > 0 && !statement.isQuiet) {
    const types = [...idle].map(([type, count]) => `${count} ${type}`).join(', ')
    lines.push(`  and messages that changed nothing: ${types}`)
  }
  return time
}

const width = 100

/** A note, as paragraphs of a page. */
function wrapped(words: string): string[] {
  const lines = ['#']
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`
    if (longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(`# ${word}`)
  }
  return lines
}
