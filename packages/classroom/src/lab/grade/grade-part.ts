import type { PartName } from '../lab.ts'
import { gradeBasics } from './basics.ts'
import { gradeExplore } from './explore.ts'
import { gradeLiveness } from './liveness.ts'
import type { PartResult } from './result.ts'
import { gradeSeeds } from './seeds.ts'
import { type TestGrading, gradeTests } from './tests.ts'

/** Grades one part. Equal code and seeds give equal results. */
export function gradePart(part: PartName, grading: TestGrading): PartResult {
  switch (part) {
    case 'basics':
      return gradeBasics(grading)
    case 'seeds':
      return gradeSeeds(grading)
    case 'explore':
      return gradeExplore(grading)
    case 'tests':
      return gradeTests(grading)
    case 'liveness':
      return gradeLiveness(grading)
  }
}
