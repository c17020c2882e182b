import type { RunResult } from '../../compare/comparison.ts'
import { countOf, formatNumber } from '../format-number.ts'
import { chartWidth, figure, textWidth } from './figure.ts'
import { markup, type Markup } from './markup.ts'
import { engineColor } from './palette.ts'
import { linearScale, type Scale } from './scale.ts'
import { line, rectangle, text } from './svg.ts'
import type { TextTable } from './text-table.ts'

const rowHeight = 24
const barHeight = 14
const mostTypes = 8

/** One bar: messages of a type, or all of them, for one commit. */
interface Bar {
  readonly label: string
  readonly value: number
  readonly kind: 'type' | 'measured' | 'predicted'
  readonly note?: string
}

/** Messages for one commit by type, and their sum beside what the protocol predicts: a group of bars for each engine. */
export function messagesFigure(runs: readonly RunResult[]): Markup {
  const groups = runs.map(bars)
  const all = groups.flat()
  const left =
    16 + Math.max(...all.map(({ label }) => textWidth(label)), ...runs.map((run) => textWidth(run.engine)))
  const room = Math.max(...all.map(({ value, note = '' }) => textWidth(`${formatNumber(value)} ${note}`)))
  const most = Math.max(0, ...all.map(({ value }) => value).filter(Number.isFinite)) || 1
  const x = linearScale([0, most], [left, Math.max(left + 200, chartWidth - 16 - room)])
  let y = 8
  const chart = groups.map((group, i) => {
    const top = y
    y += (group.length + 1) * rowHeight + 20
    return barGroup(runs[i]!.engine, group, i, x, top)
  })
  return figure({
    id: 'messages',
    title: 'Messages for one commit',
    description: runs.map(describe).join(' '),
    height: y - 12,
    chart: markup`${chart}`,
    caption: markup`What the replicas say to each other, divided by the operations they committed, while all were up.
The striped bar is the prediction: the messages that the protocol needs for one log entry sent by itself, divided by how
many entries the messages carried. More than predicted is what goes on beside the log: heartbeats, and questions whether
the leader still is one, before it answers a read. Less means that one answer confirmed several messages.`,
    table: table(runs),
  })
}

/** The types of a run's messages, most frequent first, with their number for each commit. */
function perCommit({ details }: RunResult): readonly (readonly [string, number])[] {
  return Object.entries(details.messagesByType)
    .map(([type, count]) => [type, count / details.steadyCommits] as const)
    .toSorted(([, a], [, b]) => b - a)
}

function bars(run: RunResult): readonly Bar[] {
  const { measured, predicted } = run.messagesPerCommit
  const types = perCommit(run)
  const rest = types.length > mostTypes ? types.slice(mostTypes - 1) : []
  const shown = types.slice(0, types.length - rest.length)
  const restBar: Bar = {
    label: `${rest.length} other types`,
    value: rest.reduce((sum, [, value]) => sum + value, 0),
    kind: 'type',
  }
  const note = batchNote(run)
  return [
    ...shown.map(([label, value]): Bar => ({ label, value, kind: 'type' })),
    ...(rest.length > 0 ? [restBar] : []),
    { label: 'all, measured', value: measured, kind: 'measured' },
    { label: 'all, predicted', value: predicted, kind: 'predicted', ...(note === undefined ? {} : { note }) },
  ]
}

/** Where a prediction comes from: `= 4 ÷ 8.1 entries a message`. */
function batchNote({ messagesPerCommit: { predicted }, meanBatch }: RunResult): string | undefined {
  const alone = predicted * meanBatch
  if (!Number.isFinite(alone)) return undefined
  return `= ${Number(alone.toFixed(2))} ÷ ${formatNumber(meanBatch)} entries a message`
}

function barGroup(engine: string, group: readonly Bar[], index: number, x: Scale, top: number): Markup {
  const left = x.range[0]
  const bottom = top + (group.length + 1) * rowHeight
  return markup`<g style="fill: ${engineColor(index)}">
${text(left - 8, top + 16, engine, { anchor: 'end', look: 'label' })}
${line([left, top], [left, bottom], 'base')}
${group.map((bar, i) => barRow(bar, index, x, top + (i + 1) * rowHeight))}</g>
`
}

function barRow({ label, value, kind, note }: Bar, index: number, x: Scale, top: number): Markup {
  const left = x.range[0]
  const width = Number.isFinite(value) ? Math.max(1, x(value) - left) : 0
  const weight = kind === 'type' ? {} : { look: 'strong' }
  const fill = kind === 'predicted' ? { color: `url(#stripes-${index})`, outline: engineColor(index) } : {}
  const figures = [formatNumber(value), note && markup`<tspan class="name" dx="7">${note}</tspan>`]
  return markup`
${text(left - 8, top + 12, label, { anchor: 'end', ...weight })}
${rectangle(left, top, width, barHeight, { look: `bar-${kind}`, ...fill })}
${text(left + width + 8, top + 12, figures, weight)}`
}

/** Fills for the predictions: told apart from what was measured in print and without colours, too. */
export function stripePatterns(count: number): Markup {
  const patterns = Array.from(
    { length: count },
    (_, i) => markup`
<pattern id="stripes-${i}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="2" height="6" style="fill: ${engineColor(i)}"/></pattern>`,
  )
  return markup`<svg width="0" height="0" aria-hidden="true" class="patterns"><defs>${patterns}</defs></svg>`
}

function describe(run: RunResult): string {
  const { measured, predicted } = run.messagesPerCommit
  const kinds = countOf(Object.keys(run.details.messagesByType).length, 'type')
  return `${run.engine}: ${formatNumber(measured)} messages a commit measured, of ${kinds}, ${formatNumber(predicted)} predicted.`
}

function table(runs: readonly RunResult[]): TextTable {
  const rows = runs.flatMap((run) => [
    ...Object.entries(run.details.messagesByType).map(([type, count]) => [
      `${run.engine}: ${type}`,
      formatNumber(count, 0),
      formatNumber(count / run.details.steadyCommits),
    ]),
    [`${run.engine}: predicted`, '', formatNumber(run.messagesPerCommit.predicted)],
    [`${run.engine}: commits`, formatNumber(run.details.steadyCommits, 0), ''],
  ])
  return {
    caption: 'Messages between replicas while all of them were up',
    columns: ['type', 'messages', 'for one commit'],
    rows,
  }
}
