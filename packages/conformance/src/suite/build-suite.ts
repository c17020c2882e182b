import type { Case, CaseSpec, Suite } from './case.ts'
import { Breach, ConformanceFailure } from './failure.ts'

/** Binds cases to a subject that can do what `can` says. */
export function buildSuite<Subject, Need extends string>(
  name: string,
  subject: Subject,
  can: readonly Need[],
  specs: readonly CaseSpec<Subject, Need>[],
): Suite {
  const isChecked = (spec: CaseSpec<Subject, Need>): boolean =>
    (spec.needs ?? []).every((need) => can.includes(need))
  const bound = (spec: CaseSpec<Subject, Need>): Case => bind(name, subject, spec)
  return {
    name,
    cases: specs.filter(isChecked).map(bound),
    skipped: specs.filter((spec) => !isChecked(spec)).map(bound),
  }
}

function bind<Subject, Need extends string>(
  suite: string,
  subject: Subject,
  spec: CaseSpec<Subject, Need>,
): Case {
  const { name, rule, source, needs = [] } = spec
  return {
    name,
    rule,
    source,
    needs,
    run: async () => {
      try {
        await spec.run(subject)
      } catch (error) {
        const seen = error instanceof Breach ? error.message : `an exception: ${String(error)}`
        throw new ConformanceFailure({ suite, name, rule, seen, source }, error)
      }
    },
  }
}
