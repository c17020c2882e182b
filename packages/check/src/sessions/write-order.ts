import type { Acknowledged } from './acknowledged.ts'
import type { SessionOperation } from './session-operation.ts'
import { isAnswered, isWrite } from './session-operation.ts'
import { sameRequest } from './session-order.ts'
import type { SessionViolation } from './session-violation.ts'

/**
 * Writes are linearizable in the order of their zxids: when one is called, no zxid as high as its own is known to
 * anyone yet.
 */
export function checkWriteOrder(
  operations: readonly SessionOperation[],
  acknowledged: Acknowledged,
): readonly SessionViolation[] {
  const violations: SessionViolation[] = []
  const writers = new Map<number, SessionOperation>()
  for (const write of operations) {
    if (write.zxid === undefined || !isAnswered(write) || !isWrite(write)) continue
    const twin = writers.get(write.zxid)
    if (twin === undefined) writers.set(write.zxid, write)
    else if (!sameRequest(twin, write)) {
      violations.push({ name: 'duplicate-zxid', parts: [twin, 'and', write, 'have the same zxid'] })
    }
    const known = acknowledged.before(write.call)
    if (known === undefined || known.zxid! < write.zxid) continue
    const name = isWrite(known) ? 'write-order' : 'future-read'
    violations.push({ name, parts: [known, 'had returned before the call of', write] })
  }
  return violations
}
