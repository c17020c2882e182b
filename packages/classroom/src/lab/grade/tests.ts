import type { StudentTest } from '../driver.ts'
import type { Watch } from '../guard/watch.ts'
import { inWords } from './failure.ts'
import { type Failure, type Grading, type PartResult, type Runnable, itemsOf } from './result.ts'

/** What the student's tests are run on. */
export interface TestGrading extends Grading {
  /** Undefined: there are none, and why. */
  readonly tests: readonly StudentTest[] | string
  /** Implementations that are right, the solution first. */
  readonly right: readonly Runnable<unknown>[]
  readonly wrong: readonly Runnable<unknown>[]
  readonly watch: Watch
}

/** The student's tests: those that pass with what is right count, and each mutant that one of them fails with gives points. */
export function gradeTests(grading: TestGrading): PartResult {
  const { data, tests, right, wrong } = grading
  const part = { part: 'tests', title: data.parts.tests!.title } as const
  if (typeof tests === 'string') return { ...part, notes: [], items: itemsOf(data, 'tests', () => tests) }
  let failure: Failure | undefined
  const refused: string[] = []
  const counting = tests.filter((test) => {
    const problem = firstProblem(grading, test, right)
    if (problem === undefined) return true
    refused.push(`"${test.name}" does not count, it fails with a right implementation: ${problem.message}`)
    failure ??= problem.failure
    return false
  })
  const items = itemsOf(data, 'tests', (name) => {
    const mutant = wrong.find((runnable) => runnable.mutant?.name === name)
    const isCaught = counting.some((test) => firstProblem(grading, test, [mutant!]) !== undefined)
    return isCaught ? undefined : 'all tests pass with it'
  })
  const notes = [
    `tests that pass with every right implementation: ${counting.length} of ${tests.length}`,
    ...refused,
  ]
  return { ...part, notes, items, ...(failure !== undefined && { failure }) }
}

interface TestProblem {
  readonly message: string
  readonly failure: Failure | undefined
}

function firstProblem(
  { driver, watch }: TestGrading,
  test: StudentTest,
  runnables: readonly Runnable<unknown>[],
): TestProblem | undefined {
  for (const { mutant, subject } of runnables) {
    const { problem, episode } = driver.runTest(subject, test, watch)
    if (problem === undefined) continue
    const where = `the test "${test.name}" on a right implementation`
    const found = episode && { part: 'tests' as const, name: test.name, message: problem, where, episode }
    // Replays of this part run the solution.
    const failure =
      mutant === undefined && found !== undefined ? inWords({ driver, subject }, found) : undefined
    return { message: problem, failure }
  }
  return undefined
}
