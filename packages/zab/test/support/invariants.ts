import type { Entry, Output } from '@quorate/core'
import type { Violation } from '@quorate/sim'
import type { ZabMessage } from '../../src/index.ts'
import { actionChecks } from '../../src/checks/impossible.ts'

/** The name of an entry in the specifications' terms: its zxid and its value. */
function idOf(entry: Entry): string {
  return `${entry.epoch}:${entry.index}:${entry.request?.replica ?? 0}.${entry.request?.sequence ?? 0}`
}

const ofActions: ReadonlySet<string> = new Set(actionChecks.map((check) => `zab ${check}`))

/** What the engine's monitor finds in an ensemble, thrown at once. */
export class Invariants {
  /** Off for runs that break rules or links: the branches that are never to be taken are then taken. */
  checkActions: boolean
  /** Hears nothing: for messages that no replica ever sent. */
  off = false
  /** Everything that was ever delivered anywhere. */
  readonly committed: string[] = []
  private first = 1

  constructor(breaksRules: boolean) {
    this.checkActions = !breaksRules
  }

  readonly blame = ({ invariant, message, context }: Violation): void => {
    if (this.off || (!this.checkActions && ofActions.has(invariant))) return
    throw new Error(`${invariant} is violated: ${message} ${JSON.stringify(context)}`)
  }

  record({ apply }: Output<ZabMessage>): void {
    for (const entry of apply) {
      if (this.committed.length === 0) this.first = entry.index
      if (entry.index === this.first + this.committed.length) this.committed.push(idOf(entry))
    }
  }
}
