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
  for (const operation of operations) {
    order.watch(operation)
    if (isAnswered(operation)) order.add(operation, acknowledged)
  }
  return order.violations
}

/** An operation, and the zxid up to which the session knows the state by it. */
interface Known {
  readonly operation: SessionOperation
  readonly zxid: number
}

class SessionOrder {
  readonly violations: SessionViolation[] = []
  private read: Known | undefined
  private write: Known | undefined
  private event: Known | undefined
  /** For each key, below the zxid of any change that its next event can tell of. */
  private readonly watched = new Map<string, number>()
  /** What a sync promised, and the sync. */
  private promised: { readonly known: SessionOperation; readonly sync: SessionOperation } | undefined

  add(operation: SessionOperation, acknowledged: Acknowledged): void {
    const { input, call } = operation
    if (operation.zxid !== undefined && input.op !== 'event') this.judge(operation)
    if (input.op === 'event') this.event = newer(this.event, operation, this.toldBy(operation, input.key))
    else if (isWrite(operation)) this.write = newer(this.write, operation)
    else this.read = newer(this.read, operation)
    if (input.op !== 'sync') return
    const known = acknowledged.before(call)
    if (known !== undefined && !(known.zxid! <= (this.promised?.known.zxid ?? -1))) {
      this.promised = { known, sync: operation }
    }
  }

  /** Notes a read that sets a watch; of one that never answered it is not known from which state on. */
  watch(operation: SessionOperation): void {
    const { input } = operation
    if (input.op !== 'read' || input.watch !== true) return
    const zxid = isAnswered(operation) ? (operation.zxid ?? -1) : -1
    this.watched.set(input.key, Math.min(zxid, this.watched.get(input.key) ?? Infinity))
  }

  /** The zxid of an event or, as ZooKeeper does not send it, the least that it can have: above what was watched. */
  private toldBy({ zxid }: SessionOperation, key: string): number | undefined {
    const watched = this.watched.get(key)
    this.watched.delete(key)
    return zxid ?? (watched === undefined ? undefined : watched + 1)
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

  private compare(name: SessionViolationName, before: Known | undefined, operation: SessionOperation): void {
    if (before === undefined) return
    const isMulti = sameRequest(before.operation, operation)
    const least = isWrite(operation) && !isMulti ? before.zxid + 1 : before.zxid
    if (operation.zxid! >= least) return
    const words = operation.zxid === before.zxid ? 'is as old as' : 'goes back behind'
    this.violations.push({ name, parts: [operation, words, before.operation, 'of the same session'] })
  }
}

/** Operations of one multi have the same zxid, and are one request. */
export function sameRequest(a: SessionOperation, b: SessionOperation): boolean {
  return a.session === b.session && a.call === b.call && a.return === b.return && a.zxid === b.zxid
}

function newer(
  known: Known | undefined,
  operation: SessionOperation,
  zxid: number | undefined = operation.zxid,
): Known | undefined {
  if (zxid === undefined) return known
  return known === undefined || zxid > known.zxid ? { operation, zxid } : known
}
