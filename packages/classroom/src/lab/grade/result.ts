import type { Episode, LabDriver, Step } from '../driver.ts'
import type { LabData, Mutant, PartName } from '../lab.ts'

/** One thing that points are given for. */
export interface GradedItem {
  readonly name: string
  /** What it stands for. */
  readonly says: string
  readonly points: number
  readonly of: number
  /** Why not all points were given. */
  readonly problem?: string
}

/** A run that shows what is wrong, made small. */
export interface Failure {
  readonly part: PartName
  /** An invariant, or the name of a check. */
  readonly name: string
  readonly message: string
  /** `seed 17`, `exhaustive search` */
  readonly where: string
  readonly setting: Step
  readonly steps: readonly Step[]
  /** The steps in words. */
  readonly lines: readonly string[]
}

export interface PartResult {
  readonly part: PartName
  readonly title: string
  /** What was run, and what that covers. */
  readonly notes: readonly string[]
  readonly items: readonly GradedItem[]
  readonly failure?: Failure
}

/** Code that can be run, with what it comes from. */
export interface Runnable<Subject> {
  readonly mutant: Mutant | undefined
  readonly subject: Subject
}

/** What a part is graded on. */
export interface Grading<Subject = unknown> {
  readonly data: LabData
  readonly driver: LabDriver<Subject>
  /** The student's code. */
  readonly subject: Subject
  /** Seeds of the teacher's. */
  readonly hidden: readonly number[]
}

/** What a failure is before it is made small. */
export interface Found {
  readonly part: PartName
  readonly name: string
  readonly message: string
  readonly where: string
  readonly episode: Episode
}

export function sum(items: readonly GradedItem[]): { readonly points: number; readonly of: number } {
  return {
    points: items.reduce((total, { points }) => total + points, 0),
    of: items.reduce((total, item) => total + item.of, 0),
  }
}

/** Items of a part, each with what is wrong about it; undefined: nothing. */
export function itemsOf(
  { says, parts }: LabData,
  part: PartName,
  problemOf: (name: string) => string | undefined,
): readonly GradedItem[] {
  return Object.entries(parts[part]?.points ?? {}).map(([name, of]) => {
    const problem = problemOf(name)
    const item = { name, says: says[name] ?? name, of }
    return problem === undefined ? { ...item, points: of } : { ...item, points: 0, problem }
  })
}
