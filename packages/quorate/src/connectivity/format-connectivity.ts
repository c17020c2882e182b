import { recoveryLimits } from '@quorate/sim'
import { formatCount } from '../report/format-number.ts'
import type { RecoveryRow } from './recovery-rows.ts'

const header = ['recovers', 'median', 'p99', 'max', 'leaders']
const gap = 3

/** Does it recover with every seed, with none, or with so many of them? */
export function verdictOn({ recovered, runs }: RecoveryRow): string {
  if (recovered === runs) return 'always'
  return recovered === 0 ? 'never' : `${formatCount(recovered)} of ${formatCount(runs)}`
}

/** A table for each picture, a row for each subject; at most 80 columns. */
export function formatConnectivity(rows: readonly RecoveryRow[]): readonly string[] {
  const pictures = [...new Set(rows.map(({ picture }) => picture))]
  return [
    ...heading(rows),
    ...pictures.flatMap((picture) => [
      '',
      ...formatPicture(
        picture,
        rows.filter((row) => row.picture === picture),
      ),
    ]),
  ]
}

/** The table of one picture. */
export function formatPicture(picture: string, rows: readonly RecoveryRow[]): readonly string[] {
  const table = [[picture, ...header], ...rows.map(cellsOf)]
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length), i === 0 ? 21 : 7))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + gap)))
      .join('')
      .trimEnd()
  const total = widths.reduce((sum, width) => sum + width + gap, -gap)
  const [head, ...body] = table.map(line)
  return [head!, '─'.repeat(total), ...body]
}

function cellsOf(row: RecoveryRow): readonly string[] {
  const { subject, median, p99, max, changes } = row
  return [subject, verdictOn(row), ...[median, p99, max].map(timeouts), `${changes}`]
}

function timeouts(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2)
}

/** What stands above the tables. */
function heading(rows: readonly RecoveryRow[]): readonly string[] {
  const { budget, stable } = recoveryLimits
  const lengths = new Map(
    rows.map(({ subject, electionTimeout }) => [subject.replace(/,.*/, ''), electionTimeout]),
  )
  const units = [...lengths].map(([engine, milliseconds]) => `${engine} ${milliseconds} ms`)
  return [
    `${formatCount(rows[0]?.runs ?? 0)} seeds. Recovered: one leader commits, for ${stable} election timeouts at least.`,
    `Never: not within ${budget} of them. Times: from the break to its first commit,`,
    `in election timeouts: ${units.join(', ')}.`,
    'Leaders: how many came up until then, or within the budget; median.',
  ]
}
