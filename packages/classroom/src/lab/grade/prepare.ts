import type { StudentTest } from '../driver.ts'
import { LabFault } from '../guard/lab-fault.ts'
import type { Watch } from '../guard/watch.ts'
import type { Lab } from '../lab.ts'
import { importText, mutate } from '../mutate.ts'
import type { Runnable } from './result.ts'
import type { TestGrading } from './tests.ts'

type Exports = Readonly<Record<string, unknown>>

/** What a student handed in, loaded; a text says why there is nothing. */
export interface HandedIn {
  readonly module: Exports
  readonly tests: Exports | string
  readonly hidden: readonly number[]
}

/**
 * All that the parts are graded on.
 *
 * @throws LabFault if the module does not export what the lab asks for
 */
export async function prepare(
  lab: Lab,
  { module, tests, hidden }: HandedIn,
  watch: Watch,
): Promise<TestGrading> {
  const { data, driver } = lab
  const right = [await solutionOf(lab, watch)]
  const wrong: Runnable<unknown>[] = []
  for (const mutant of lab.mutants) {
    const subject = driver.subject(await importText(mutate(lab, mutant)), watch)
    const runnables = mutant.breaks === undefined ? right : wrong
    runnables.push({ mutant, subject })
  }
  const subject = driver.subject(module, watch)
  return { data, driver, subject, hidden, tests: testsOf(tests), right, wrong, watch }
}

/** The lab's own solution. */
export async function solutionOf({ data, driver, solution }: Lab, watch: Watch): Promise<Runnable<unknown>> {
  return { mutant: undefined, subject: driver.subject(await importText(solution[data.module]!), watch) }
}

/** The student's tests, or why there are none. */
function testsOf(exports: Exports | string): readonly StudentTest[] | string {
  if (typeof exports === 'string') return exports
  const { tests } = exports
  if (!Array.isArray(tests)) return 'tests.js does not export a list named tests'
  const wrong = tests.findIndex((test: Partial<StudentTest> | null) => {
    return typeof test?.name !== 'string' || typeof test.run !== 'function'
  })
  return wrong < 0 ? (tests as StudentTest[]) : `tests[${wrong}] has not both a name and a function run`
}

/** What is wrong with a student's module, if that is what an error says. */
export function faultOf(error: unknown): string {
  if (error instanceof LabFault) return error.message
  throw error
}
