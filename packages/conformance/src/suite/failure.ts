/** What a failed case says. */
export interface FailureReport {
  readonly suite: string
  readonly name: string
  readonly rule: string
  readonly seen: string
  readonly source: string
}

/** A rule does not hold: which, what was seen instead, and where the rule is stated. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
  readonly report: FailureReport

  constructor(report: FailureReport, cause?: unknown) {
    const { suite, name, rule, seen, source } = report
    const text = `${suite}: ${name}\n  rule: ${rule}\n  seen: ${seen}\n  stated in: ${source}`
    super(text, cause === undefined ? undefined : { cause })
    this.report = report
  }
}

/** What a case saw that breaks its rule. Its suite makes a {@link ConformanceFailure} of it. */
export class Breach extends Error {
  override readonly name = 'Breach'
}

/** Ends a case: this was seen, and breaks its rule. */
export function breach(seen: string, cause?: unknown): never {
  throw new Breach(seen, cause === undefined ? undefined : { cause })
}

/** Checks what the rule says. `seen` tells what is the case instead. */
export function check(holds: boolean, seen: () => string): asserts holds {
  if (!holds) breach(seen())
}
