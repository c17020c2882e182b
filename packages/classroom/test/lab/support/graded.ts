import { gradePart } from '../../../src/lab/grade/grade-part.ts'
import { prepare } from '../../../src/lab/grade/prepare.ts'
import { type PartResult, sum } from '../../../src/lab/grade/result.ts'
import { Watch } from '../../../src/lab/guard/watch.ts'
import type { Lab, PartName } from '../../../src/lab/lab.ts'
import { importText } from '../../../src/lab/mutate.ts'

/** What is handed in, as text. */
export interface HandedInText {
  readonly module: string
  readonly tests: string
  readonly hidden?: readonly number[]
}

/** Parts graded here, without a worker thread. */
export async function graded(
  lab: Lab,
  { module, tests, hidden = [] }: HandedInText,
  parts: readonly PartName[],
): Promise<readonly PartResult[]> {
  const handedIn = { module: await importText(module), tests: await importText(tests), hidden }
  const grading = await prepare(lab, handedIn, new Watch())
  return parts.map((part) => gradePart(part, grading))
}

export function pointsOf(results: readonly PartResult[]): number {
  return sum(results.flatMap(({ items }) => items)).points
}

/** Names of what was lost. */
export function lostIn(results: readonly PartResult[]): readonly string[] {
  const items = results.flatMap((result) => result.items)
  return items.filter(({ problem }) => problem !== undefined).map(({ name }) => name)
}
