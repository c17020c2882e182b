import type { Acceptance } from '@quorate/core'
import { Refinement } from '../refinement/refinement.ts'
import { DecidedLog } from './decided-log.ts'
import { DigestTable } from './digest-table.ts'
import { Leadership } from './leadership.ts'
import { RequestLedger } from './request-ledger.ts'
import type { Blame, Violation } from './violation.ts'

/** Everything that is known of a run, against which each step is checked. */
export class Books {
  readonly decided: DecidedLog
  readonly digests: DigestTable
  readonly leadership: Leadership
  readonly ledger: RequestLedger
  readonly refinement: Refinement | undefined
  /** The first violation; the run ends with it. */
  violation: Violation | undefined
  readonly blame: Blame = (violation) => {
    this.violation ??= violation
  }

  /** `initialDigest`: of a machine that has applied nothing. `acceptance`: of the engines; without it, refinement is not checked. */
  constructor(initialDigest: number, acceptance?: Acceptance) {
    this.decided = new DecidedLog(this.blame)
    this.digests = new DigestTable(initialDigest, this.blame)
    this.leadership = new Leadership(this.decided, this.blame)
    this.ledger = new RequestLedger(this.decided, this.blame)
    this.refinement = acceptance && new Refinement(acceptance, this.blame)
  }
}
