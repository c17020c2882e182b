import type { AnyMachineDefinition } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { znode } from '@quorate/znode'
import { findKnown } from './known.ts'

/** Every state machine that the command line knows. Its operations are in `key-value/`, its simulated ones in `sim/`. */
export const machines: Readonly<Record<string, () => AnyMachineDefinition>> = {
  mvcc: () => mvcc(),
  znode: () => znode(),
}

/** Throws a `QuorateError` with code `USAGE` for a name that is not known. */
export function machineNamed(name: string): AnyMachineDefinition {
  return findKnown('machine', machines, name)
}
