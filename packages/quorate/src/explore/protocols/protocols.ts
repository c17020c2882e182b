import { findKnown } from '../../registry/known.ts'
import { casPaxos } from './cas-paxos.ts'
import { fastPaxos } from './fast-paxos.ts'
import { paxos } from './paxos.ts'
import type { ExploredProtocol } from './protocol.ts'

/** Protocols that are explored role by role, besides the engines. */
const protocols: Readonly<Record<string, () => ExploredProtocol>> = {
  paxos: () => paxos,
  'fast-paxos': () => fastPaxos,
  caspaxos: () => casPaxos,
}

export const protocolNames: readonly string[] = Object.keys(protocols)

/** Throws a `QuorateError` with code `USAGE` for a name that is not known. */
export function protocolNamed(name: string): ExploredProtocol {
  return findKnown('protocol', protocols, name)
}
