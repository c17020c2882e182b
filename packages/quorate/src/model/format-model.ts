import type { CostClaim, CostFigure } from '@quorate/sim'
import { formatCount } from '../report/format-number.ts'
import type { EngineModel } from './run-model.ts'

const gap = '   '

/** What stands above the tables. */
function heading(commands: number): readonly string[] {
  return [
    'Predicted = counted in the simulator.',
    `${formatCount(commands)} commits, one at a time at the leader; then its end, and an election.`,
    '"next": followers learn what is committed from the leader\'s next message.',
  ]
}

/** A table for each engine: a claim a row, a number of voters a column, in each cell the prediction and the count. */
export function formatModel(models: readonly EngineModel[], commands: number): readonly string[] {
  return [
    ...heading(commands),
    ...models.flatMap((model) => ['', ...formatEngine(model)]),
    '',
    verdictOn(models),
  ]
}

/** The table of one engine. */
export function formatEngine({ engine, reports }: EngineModel): readonly string[] {
  const names = [...new Set(reports.flatMap(({ claims }) => claims.map(({ name }) => name)))]
  const rows = names.map((name) => [
    name,
    ...reports.map(({ claims }) => formatCell(claims.find((claim) => claim.name === name))),
  ])
  const header = [engine, ...reports.map(({ voters }) => `n = ${voters}`)]
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string => {
    return row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join(gap)
      .trimEnd()
  }
  const rule = '─'.repeat(widths.reduce((total, width) => total + width + gap.length, -gap.length))
  return [line(header), rule, ...rows.map(line)]
}

/** `4 = 4`, `4 ≠ 5`, or the count alone where there is no prediction. */
function formatCell(claim: CostClaim | undefined): string {
  if (claim === undefined) return ''
  const { predicted, counted, holds } = claim
  const count = formatFigure(counted)
  return predicted === undefined ? count : `${formatFigure(predicted)} ${holds ? '=' : '≠'} ${count}`
}

function formatFigure(figure: CostFigure): string {
  return figure === 'next-message' ? 'next' : `${figure}`
}

function verdictOn(models: readonly EngineModel[]): string {
  const claims = models.flatMap(({ reports }) => reports.flatMap((report) => report.claims))
  const predicted = claims.filter((claim) => claim.predicted !== undefined)
  const wrong = predicted.filter(({ holds }) => !holds)
  if (wrong.length === 0) return `All ${predicted.length} predictions are equal to what was counted.`
  return `${wrong.length} of ${predicted.length} predictions are not what was counted: see ≠.`
}
