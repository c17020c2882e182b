import { styleText } from 'node:util'
import type { Comparison, RunResult } from '../compare/comparison.ts'
import { describeSettings } from './describe-settings.ts'
import { metrics, type Verdict } from './metric.ts'
import { plainLine } from './plain-line.ts'
import { wrap } from './wrap.ts'

/** How {@link formatTable} writes. */
export interface TableOptions {
  /** Colours for yes and no. Default: none. */
  readonly color?: boolean
}

const gap = 3
const narrowestColumn = 10
const width = 80

const colors: Readonly<Record<Verdict, 'green' | 'red' | 'yellow'>> = {
  good: 'green',
  bad: 'red',
  open: 'yellow',
}

/**
 * The comparison as plain text: engines side by side, one metric a row; 80 columns at most for two engines.
 * What is wrong with a run, if anything is, stands below in words.
 */
export function formatTable(comparison: Comparison, { color = false }: TableOptions = {}): string {
  const { runs, settings } = comparison
  const names = runs.map((run) => plainLine(run.engine))
  const rows = metrics.map((metric) => ({ metric, cells: metric.cells(runs) }))
  const labelWidth = Math.max(...metrics.map(({ label }) => label.length))
  const widths = names.map((name, i) =>
    Math.max(narrowestColumn, name.length, ...rows.map(({ cells }) => cells[i]!.length)),
  )
  const line = (label: string, cells: readonly string[], shown = cells): string =>
    cells.reduce((text, cell, i) => {
      return text + ' '.repeat(gap + widths[i]! - cell.length) + shown[i]!
    }, label.padEnd(labelWidth))
  const total = labelWidth + widths.reduce((sum, column) => sum + gap + column, 0)
  return [
    ...wrap(plainLine(describeSettings(settings)), Math.max(total, width)),
    '',
    line('', names),
    '─'.repeat(total),
    ...rows.map(({ metric: { label, verdict }, cells }) => {
      const isColored = color && verdict !== undefined
      return line(label, cells, isColored ? cells.map((cell, i) => styled(cell, verdict(runs[i]!))) : cells)
    }),
    ...runs.flatMap(explain),
    '',
  ].join('\n')
}

function styled(cell: string, verdict: Verdict): string {
  return styleText(colors[verdict], cell, { validateStream: false })
}

/** Why a run is not linearizable, or why that is not known. */
function explain({ engine, linearizable, details }: RunResult): readonly string[] {
  if (linearizable === 'yes' || details.explanation.length === 0) return []
  const verdict = linearizable === 'no' ? 'not linearizable' : 'not known to be linearizable'
  return [
    '',
    `${plainLine(engine)}: ${verdict}`,
    ...details.explanation.map((line) => `  ${plainLine(line)}`),
  ]
}
