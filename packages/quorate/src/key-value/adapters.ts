import { findKnown } from '../registry/known.ts'
import type { KeyValueAdapter } from './key-value-adapter.ts'
import { mvccAdapter } from './mvcc-adapter.ts'
import { znodeAdapter } from './znode-adapter.ts'

const adapters: Readonly<Record<string, () => KeyValueAdapter>> = { mvcc: mvccAdapter, znode: znodeAdapter }

/** Throws a `QuorateError` with code `USAGE` for a machine that key-value operations cannot run on. */
export function adapterNamed(machine: string): KeyValueAdapter {
  return findKnown('machine', adapters, machine)
}
