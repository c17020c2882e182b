import type { CompactCommand } from '../api/commands.ts'
import type { MvccErrorCode } from '../api/errors.ts'
import type { CompactResult } from '../api/results.ts'
import type { Store } from '../store/store.ts'

/** Compacts. Takes no time that depends on how much is dropped; the memory comes back with the commands that follow. */
export function compact(store: Store, command: CompactCommand): CompactResult | MvccErrorCode {
  if (!(command.revision > store.compactRevision)) return 'COMPACTED'
  if (command.revision > store.revision) return 'FUTURE_REVISION'
  store.compact(command.revision)
  return { type: 'compact', revision: store.revision }
}
