import type { LabReport } from './check-lab.ts'
import { type GradedItem, type PartResult, sum } from './grade/result.ts'

const width = 80

/** The report as plain text, 80 columns at most. `replay` is the command that plays the failure again. */
export function labReportText(report: LabReport, replay: string | undefined): readonly string[] {
  const { title, points, of, parts, faults, failure } = report
  const lines = [`${title}: ${points} of ${of} points`, '']
  for (const fault of faults) lines.push(...wrapText(`! ${fault}`, 2), '')
  parts.forEach((part, i) => lines.push(...partLines(part, i + 1), ''))
  if (failure === undefined) return lines.slice(0, -1)
  const { name, where, message } = failure
  lines.push(...wrapText(`The first failure: ${name} (${where}). ${sentence(message)}`, 0), '')
  lines.push(...numberedLines(failure.lines))
  if (replay !== undefined) lines.push('', 'Play it again, with states and disks:', `  ${replay}`)
  return lines
}

/** Steps with their numbers; of a long list the beginning and the end. */
export function numberedLines(steps: readonly string[]): readonly string[] {
  const shown = 40
  const numbered = steps.map((step, i) => wrapText(`${String(i + 1).padStart(3)}  ${step}`, 5))
  if (steps.length <= shown) return numbered.flat()
  const left = steps.length - shown
  return [
    ...numbered.slice(0, 10).flat(),
    `     (${left} steps left out)`,
    ...numbered.slice(10 - shown).flat(),
  ]
}

function partLines({ title, notes, items }: PartResult, number: number): readonly string[] {
  const { points, of } = sum(items)
  return [
    `${`${number}. ${title}`.padEnd(60)} ${`${points} of ${of}`.padStart(12)}`,
    ...notes.flatMap((note) => wrapText(`   ${note}`, 3)),
    ...(items.every(({ problem }) => problem === 'not graded') ? [] : items).flatMap((item, i) =>
      itemLines(item, item.problem === items[i - 1]?.problem),
    ),
  ]
}

/** `isSaid`: the problem stands above already. */
function itemLines({ name, says, points, of, problem }: GradedItem, isSaid: boolean): readonly string[] {
  const mark = problem === undefined ? 'ok  ' : 'lost'
  const head = `   ${mark}  ${name}`.padEnd(60)
  const line = `${head} ${`${points} of ${of}`.padStart(12)}`
  if (problem === undefined) return [line]
  const why = isSaid ? [] : wrapText(`         ${sentence(problem)}`, 9)
  return [line, ...wrapText(`         (${says})`, 9), ...why]
}

/** With a capital letter and a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}

/** Breaks a line between words; lines after the first are indented. A word longer than a line is left whole. */
export function wrapText(text: string, indent: number): readonly string[] {
  const lines: string[] = []
  let line = /^ */.exec(text)![0]
  let isEmpty = true
  for (const word of text.trim().split(/ (?! )/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(indent) + word
    } else line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
