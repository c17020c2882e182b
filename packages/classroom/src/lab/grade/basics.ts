import { inWords } from './failure.ts'
import { type Found, type Grading, type PartResult, itemsOf } from './result.ts'

/** Scripted runs. */
export function gradeBasics(grading: Grading): PartResult {
  const { data, driver, subject } = grading
  let found: Found | undefined
  const items = itemsOf(data, 'basics', (name) => {
    const { problem, episode } = driver.basics[name]!(subject)
    if (problem !== undefined) {
      found ??= { part: 'basics', name, message: problem, where: `the check ${name}`, episode }
    }
    return problem
  })
  const part = { part: 'basics', title: data.parts.basics!.title, notes: [], items } as const
  return found === undefined ? part : { ...part, failure: inWords(grading, found) }
}
