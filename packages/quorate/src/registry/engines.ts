import type { AnyEngineDefinition } from '@quorate/core'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { findKnown } from './known.ts'

/** Every engine that the command line knows. How `sim` runs it is drawn in `sim/simulated-engine.ts`. */
export const engines: Readonly<Record<string, () => AnyEngineDefinition>> = {
  raft: () => raft(),
  zab: () => zab(),
}

/** Throws a `QuorateError` with code `USAGE` for a name that is not known. */
export function engineNamed(name: string): AnyEngineDefinition {
  return findKnown('engine', engines, name)
}
