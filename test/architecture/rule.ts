import type { Violation } from './violation.ts'
import type { Workspace } from './workspace.ts'

/** A law of this repository. */
export interface Rule {
  readonly name: string
  /** The law in a sentence: it is also the test's name. */
  readonly law: string
  check(workspace: Workspace): readonly Violation[]
}
