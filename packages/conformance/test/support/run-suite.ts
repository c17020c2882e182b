import { describe, expect, it } from 'vitest'
import { type Case, type Suite, ConformanceFailure } from '../../src/index.ts'

/** Runs a suite that must pass. */
export function mustPass(title: string, suite: Suite): void {
  describe(`${title}: ${suite.name}`, () => {
    for (const { name, run } of suite.cases) it(name, run)
    for (const { name } of suite.skipped) it.skip(name)
  })
}

/** Something wrong on purpose, and the cases that must find it out. */
export interface Wrong<Subject> {
  readonly name: string
  readonly subject: Subject
  /** Names of cases that must fail. Others may fail too. */
  readonly caughtBy: readonly string[]
}

/** Runs suites that must fail, each at least in the cases that are named. */
export function mustFail<Subject>(
  title: string,
  suiteOf: (subject: Subject) => Suite,
  wrong: readonly Wrong<Subject>[],
  /** Where a suite takes long: run no other cases. */
  namedOnly = false,
): void {
  describe(`wrong on purpose: ${title}`, () => {
    for (const { name, subject, caughtBy } of wrong) {
      it(`${name}: caught by ${caughtBy.join(', ')}`, async () => {
        const suite = suiteOf(subject)
        const asked = suite.cases.filter((each) => !namedOnly || caughtBy.includes(each.name))
        const failed = await failuresOf(asked)
        expect(caughtBy.length).toBeGreaterThan(0)
        expect(suite.cases.map((each) => each.name)).toEqual(expect.arrayContaining([...caughtBy]))
        expect([...failed.keys()]).toEqual(expect.arrayContaining([...caughtBy]))
        for (const [caseName, error] of failed) {
          const { rule, source } = suite.cases.find((each) => each.name === caseName)!
          expect(error.message).toContain(rule)
          expect(error.message).toContain(source)
        }
      })
    }
  })
}

/** What every case that fails says. */
export async function failuresOf(cases: readonly Case[]): Promise<Map<string, ConformanceFailure>> {
  const failed = new Map<string, ConformanceFailure>()
  for (const { name, run } of cases) {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof ConformanceFailure)) throw error
      failed.set(name, error)
    }
  }
  return failed
}
