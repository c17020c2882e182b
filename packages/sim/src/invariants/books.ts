import type { AnyEngineDefinition, Monitor } from '@quorate/core'
import { Refinement } from '../refinement/refinement.ts'
import { DecidedLog } from './decided-log.ts'
import { DigestTable } from './digest-table.ts'
import type { EngineChecks } from './engine-checks.ts'
import { Leadership } from './leadership.ts'
import { RequestLedger } from './request-ledger.ts'
import type { Blame, Violation } from './violation.ts'

/** Everything that is known of a run, against which each step is checked. */
export class Books {
  readonly decided: DecidedLog
  readonly digests: DigestTable
  readonly leadership: Leadership
  readonly ledger: RequestLedger
  /** See all that engines are given and give: the refinement, and the engine's own monitor. */
  readonly monitors: readonly Monitor[]
  /** The first violation; the run ends with it. */
  violation: Violation | undefined
  readonly blame: Blame = (violation) => {
    this.violation ??= violation
  }

  /** `initialDigest`: of a machine that has applied nothing. Without an engine nothing is checked that depends on it. */
  constructor(
    initialDigest: number,
    engine?: Pick<AnyEngineDefinition, 'acceptance' | 'monitor'>,
    checks: Pick<EngineChecks, 'refinement' | 'monitor'> = {},
  ) {
    this.decided = new DecidedLog(this.blame)
    this.digests = new DigestTable(initialDigest, this.blame)
    this.leadership = new Leadership(this.decided, this.blame, engine?.acceptance)
    this.ledger = new RequestLedger(this.decided, this.blame)
    const monitors: Monitor[] = []
    if (engine !== undefined && checks.refinement !== false)
      monitors.push(new Refinement(engine.acceptance, this.blame))
    if (engine?.monitor !== undefined && checks.monitor !== false)
      monitors.push(engine.monitor.create(this.blame))
    this.monitors = monitors
  }
}
