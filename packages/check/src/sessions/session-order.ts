import type { Acknowledged } from './acknowledged.ts'
import type { SessionOperation } from './session-operation.ts'
import { isAnswered, isWrite } from './session-operation.ts'
import type { SessionViolation, SessionViolationName } from './session-violation.ts'

/**
 * Within one session the zxid never goes back: each operation, in the order in which the session called them, reflects
 * at least what those before it did, what it was told by an event, and what was acknowledged to anyone before its last
 * sync. Each write is newer than all of that.
 *
 * @param operations one session's, in order of call
 */
export function checkSessionOrder(
  operations: readonly SessionOperation[],
  acknowledged: Acknowledged,
): readonly SessionViolation[] {
  const order = new SessionOrder()
  for (const operation of operations) if (isAnswered(operation)) order.add(operation, acknowledged)
  return order.violations
}

class SessionOrder {
  readonly violations: SessionViolation[] = []
  private read: SessionOperation | undefined
  private write: SessionOperation | undefined
  private event: SessionOperation | undefined
  /** What a sync promised, and the sync. */
  private promised: { readonly known: SessionOperation; readonly sync: SessionOperation } | undefined

  add(operation: SessionOperation, acknowledged: Acknowledged): void {
    const { input, call } = operation
    if (operation.zxid !== undefined && input.op !== 'event') this.judge(operation)
    if (input.op === 'event') this.event = newer(this.event, operation)
    else if (isWrite(operation)) this.write = newer(this.write, operation)
    else this.read = newer(this.read, operation)
    if (input.op !== 'sync') return
    const known = acknowledged.before(call)
    if (known !== undefined && !(known.zxid! <= (this.promised?.known.zxid ?? -1))) {
      this.promised = { known, sync: operation }
    }
  }

  private judge(operation: SessionOperation): void {
    const writes = isWrite(operation)
    this.compare(writes ? 'writes-follow-reads' : 'monotonic-reads', this.read, operation)
    this.compare(writes ? 'monotonic-writes' : 'read-your-writes', this.write, operation)
    this.compare('stale-after-event', this.event, operation)
    if (this.promised !== undefined && operation.zxid! < this.promised.known.zxid!) {
      const { known, sync } = this.promised
      const parts = [known, 'had returned before the call of', sync, 'after which the session got', operation]
      this.violations.push({ name: 'stale-after-sync', parts })
    }
  }

  private compare(
    name: SessionViolationName,
    before: SessionOperation | undefined,
    operation: SessionOperation,
  ): void {
    if (before === undefined) return
    const isMulti = sameRequest(before, operation)
    const least = isWrite(operation) && !isMulti ? before.zxid! + 1 : before.zxid!
    if (operation.zxid! >= least) return
    const words = operation.zxid === before.zxid ? 'is as old as' : 'goes back behind'
    this.violations.push({ name, parts: [operation, words, before, 'of the same session'] })
  }
}

/** Operations of one multi have the same zxid, and are one request. */
export function sameRequest(a: SessionOperation, b: SessionOperation): boolean {
  return a.session === b.session && a.call === b.call && a.return === b.return && a.zxid === b.zxid
}

function newer(known: SessionOperation | undefined, other: SessionOperation): SessionOperation | undefined {
  if (other.zxid === undefined) return known
  return known === undefined || other.zxid > known.zxid! ? other : known
}
