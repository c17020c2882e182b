import { QuorateError } from '@quorate/core'
import type { ExploredProtocol, ProtocolScope, ScopeSizes } from './protocol.ts'

/** What `quorate explore --protocol` is asked to do. What is undefined is as usual for the protocol. */
export interface ProtocolCommandOptions extends Partial<Record<keyof ScopeSizes, number | undefined>> {
  readonly protocol: string
  readonly quorums?: readonly [number, number] | undefined
  readonly unsafe?: string | undefined
  readonly depth?: number | undefined
  readonly order: 'bfs' | 'dfs'
  /** Count states once that differ only by which acceptor is which? */
  readonly symmetry: boolean
  /** States after which the answer is that nobody knows. */
  readonly states: number
}

/** `2,1`: sizes of the quorums of two phases, or of classic and fast ones. */
export function parseQuorums(text: string): readonly [number, number] {
  const sizes = /^(\d{1,2}),(\d{1,2})$/.exec(text.trim())
  if (sizes === null) throw new QuorateError('USAGE', `"${text}" are no sizes of quorums; write 2,2`)
  return [Number(sizes[1]), Number(sizes[2])]
}

/**
 * The scope that options ask for: what they leave open is as it takes to see the rule that is broken, or as usual.
 *
 * @throws QuorateError `USAGE` for a rule that the protocol does not have
 */
export function scopeOf(protocol: ExploredProtocol, options: ProtocolCommandOptions): ProtocolScope {
  const { unsafe, quorums } = options
  if (unsafe !== undefined && !Object.hasOwn(protocol.rules, unsafe)) {
    const rules = Object.keys(protocol.rules).join(', ')
    throw new QuorateError('USAGE', `${protocol.name} has no rule "${unsafe}" to break; it has: ${rules}`)
  }
  const usual = { ...protocol.usual, ...(unsafe !== undefined && protocol.rules[unsafe]!.seenWith) }
  return {
    proposers: options.proposers ?? usual.proposers,
    acceptors: options.acceptors ?? usual.acceptors,
    rounds: options.rounds ?? usual.rounds,
    crashes: options.crashes ?? usual.crashes,
    ...(quorums !== undefined && { quorums }),
    ...(unsafe !== undefined && { unsafe }),
  }
}
