import { loadLab } from './catalogue.ts'
import { type Failure, type PartResult, itemsOf, sum } from './grade/result.ts'
import { type LabData, type PartName, fullMarks, partNames } from './lab.ts'
import type { Report } from './worker/protocol.ts'
import { type Patience, type WorkerEnd, runWorker } from './worker/run-worker.ts'

/** What came of a check. */
export interface LabReport {
  readonly lab: string
  readonly title: string
  readonly points: number
  readonly of: number
  readonly parts: readonly PartResult[]
  /** What made grading impossible, or cut it short. */
  readonly faults: readonly string[]
  /** The first run that shows what is wrong. */
  readonly failure?: Failure
}

/** How to check. */
export interface CheckOptions {
  readonly hidden?: readonly number[]
  readonly patience?: Patience
  readonly onPart?: (part: PartName) => void
  /** Default: all that the lab has. What is left out gives no points. */
  readonly parts?: readonly PartName[]
}

/**
 * Grades what is in a directory. A student's code runs in a worker thread; whatever it does is a finding.
 *
 * @throws QuorateError `USAGE` for a lab that there is not
 */
export async function checkLab(
  id: string,
  directory: string,
  options: CheckOptions = {},
): Promise<LabReport> {
  const { data, driver } = await loadLab(id)
  const results = new Map<PartName, PartResult>()
  const faults: string[] = []
  const { parts: wanted = partNames } = options
  let left = partNames.filter((part) => data.parts[part] !== undefined && wanted.includes(part))
  while (left.length > 0) {
    const round = await gradeRound(id, directory, left, options)
    for (const result of round.results) results.set(result.part, result)
    const fault = faultOf(round, data, driver.places)
    if (fault === undefined) break
    faults.push(fault)
    // A part that could not be ended is lost; those after it may be fine.
    if (round.begun === undefined) break
    results.set(round.begun, lostPart(data, round.begun, fault))
    left = left.slice(left.indexOf(round.begun) + 1)
  }
  return summed(data, results, [...new Set(faults)])
}

interface Round {
  readonly results: readonly PartResult[]
  /** The part under way at the end. */
  readonly begun: PartName | undefined
  readonly unusable: string | undefined
  readonly end: WorkerEnd
}

async function gradeRound(
  lab: string,
  directory: string,
  parts: readonly PartName[],
  { hidden = [], patience, onPart }: CheckOptions,
): Promise<Round> {
  const results: PartResult[] = []
  let begun: PartName | undefined
  let unusable: string | undefined
  const onReport = (report: Report): void => {
    if (report.type === 'unusable') unusable = report.message
    if (report.type === 'part') results.push(report.result)
    if (report.type !== 'begun') return
    begun = report.part
    onPart?.(begun)
  }
  const end = await runWorker({ lab, directory, task: { type: 'grade', parts, hidden } }, onReport, patience)
  return { results, begun, unusable, end }
}

function faultOf({ end, unusable }: Round, data: LabData, places: readonly string[]): string | undefined {
  if (unusable !== undefined) return unusable
  return endFault(end, data, places)
}

/** What a worker's early end says of the student's code. */
export function endFault(end: WorkerEnd, { module }: LabData, places: readonly string[]): string | undefined {
  if (end.type === 'finished') return undefined
  if (end.type === 'died') return `the code cannot go on: ${end.message}`
  return `${places[end.place] ?? `loading ${module} or the tests`} does not return: it loops without end`
}

function lostPart(data: LabData, part: PartName, fault: string): PartResult {
  const items = itemsOf(data, part, () => 'not graded')
  return { part, title: data.parts[part]!.title, notes: [fault], items }
}

function summed(
  data: LabData,
  results: ReadonlyMap<PartName, PartResult>,
  faults: readonly string[],
): LabReport {
  const parts = partNames
    .filter((part) => data.parts[part] !== undefined)
    .map((part) => results.get(part) ?? lostPart(data, part, 'not graded'))
  const failure = firstFailure(parts)
  const { points } = sum(parts.flatMap(({ items }) => items))
  const report = { lab: data.id, title: data.title, points, of: fullMarks(data), parts, faults }
  return failure === undefined ? report : { ...report, failure }
}

/** The failure of the first part that has one; if another part shows the same in fewer steps, that. */
function firstFailure(parts: readonly PartResult[]): Failure | undefined {
  const failures = parts.flatMap((part) => part.failure ?? [])
  const same = failures.filter(({ name }) => name === failures[0]?.name)
  return same.toSorted((a, b) => a.steps.length - b.steps.length)[0]
}
