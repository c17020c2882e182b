import type { TxnCommand } from './commands.ts'

/** What {@link compareAndSet} needs. */
export interface CompareAndSetOptions {
  readonly key: Uint8Array
  /** The value that the key must have; `undefined`: it must not exist. */
  readonly expected: Uint8Array | undefined
  /** The value to set. */
  readonly value: Uint8Array
}

/**
 * A transaction that sets a key only if it has the expected value. The result's `succeeded` says whether it did; if
 * not, its one response is a range with the key as it is.
 */
export function compareAndSet(options: CompareAndSetOptions): TxnCommand {
  const { key, expected, value } = options
  return {
    type: 'txn',
    compare: [
      expected === undefined
        ? { target: 'version', key, operator: '=', value: 0 }
        : { target: 'value', key, operator: '=', value: expected },
    ],
    success: [{ type: 'put', key, value }],
    failure: [{ type: 'range', key }],
  }
}
