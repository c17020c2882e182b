/** One rule, ready to be checked. */
export interface Case {
  readonly name: string
  /** What must hold. */
  readonly rule: string
  /** Where that is stated. */
  readonly source: string
  /** What the subject must be able to do for this to be checked. */
  readonly needs: readonly string[]
  /** Checks it. Rejects with a {@link ConformanceFailure} if it does not hold. Needs no `this`. */
  readonly run: () => Promise<void>
}

/** The rules of one seam, for one implementation of it: plain data, for any test runner. */
export interface Suite {
  readonly name: string
  readonly cases: readonly Case[]
  /** Cases that this subject's harness has not the means for. Worth showing: they were not checked. */
  readonly skipped: readonly Case[]
}

/** A case before it is bound to a subject. */
export interface CaseSpec<Subject, Need extends string = never> {
  readonly name: string
  readonly rule: string
  readonly source: string
  readonly needs?: readonly Need[]
  run(subject: Subject): void | Promise<void>
}
