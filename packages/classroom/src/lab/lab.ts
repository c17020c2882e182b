import type { LabDriver } from './driver.ts'

/** The parts that a lab may be graded by, in the order in which they are run. */
export const partNames = ['basics', 'seeds', 'explore', 'tests', 'liveness'] as const
export type PartName = (typeof partNames)[number]

/** What `lab.json` of a lab says: its points, in words and numbers. */
export interface LabData {
  readonly id: string
  readonly title: string
  /** One sentence for the list of labs. */
  readonly summary: string
  /** The student's file of the implementation, and the one of the tests. */
  readonly module: string
  readonly tests: string
  /** What each name under `points` stands for. */
  readonly says: Readonly<Record<string, string>>
  readonly parts: Readonly<Partial<Record<PartName, PartData>>>
}

export interface PartData {
  readonly title: string
  /** By the name of an invariant, or of one of the driver's checks, goals or mutants. */
  readonly points: Readonly<Record<string, number>>
  /** Public seeds are 1 to this. */
  readonly seeds?: number
}

/** A wrong implementation: the solution with some text replaced. */
export interface Mutant {
  readonly name: string
  /** What is wrong with it, for a teacher. */
  readonly about: string
  /** The invariant that it loses; undefined: nothing is wrong with it, it is right in another way. */
  readonly breaks?: string
  /** Each text occurs exactly once in the solution. */
  readonly replace: readonly (readonly [from: string, to: string])[]
}

/** A lab: the directory `labs/ID`, read, with its driver. */
export interface Lab {
  readonly data: LabData
  /** The text for students. */
  readonly text: string
  /** By file name. */
  readonly skeleton: Readonly<Record<string, string>>
  readonly solution: Readonly<Record<string, string>>
  readonly mutants: readonly Mutant[]
  readonly driver: LabDriver
}

/** All points that a lab gives. */
export function fullMarks({ parts }: LabData): number {
  const parted = Object.values(parts).flatMap(({ points }) => Object.values(points))
  return parted.reduce((sum, points) => sum + points, 0)
}
