import type { ReplayedStep } from '../driver.ts'
import type { Failure, PartResult } from '../grade/result.ts'
import type { PartName } from '../lab.ts'

/** What a worker is started with. */
export interface WorkOrder {
  readonly lab: string
  /** Where the student's files are. */
  readonly directory: string
  /** Two numbers: see `Watch`. */
  readonly cells: Int32Array
  readonly task: GradeTask | ReplayTask
}

/** Grade these parts, one after the other. */
export interface GradeTask {
  readonly type: 'grade'
  readonly parts: readonly PartName[]
  readonly hidden: readonly number[]
}

export interface ReplayTask {
  readonly type: 'replay'
  readonly failure: Pick<Failure, 'part' | 'setting' | 'steps'>
}

/** What a worker says. */
export type Report =
  | { readonly type: 'begun'; readonly part: PartName }
  | { readonly type: 'part'; readonly result: PartResult }
  | { readonly type: 'replayed'; readonly played: readonly ReplayedStep[] }
  /** The student's module cannot be used at all. */
  | { readonly type: 'unusable'; readonly message: string }
  | { readonly type: 'done' }
