import { QuorateError } from '@quorate/core'
import type { EngineScope } from '@quorate/check'
import type { EngineOptions } from '@quorate/scenario'

/** What may happen so often. */
export type Budget = 'proposals' | 'reads' | 'crashes' | 'drops' | 'duplicates' | 'cuts' | 'snapshots'

/** What `quorate explore` is asked to do. */
export interface ExploreCommandOptions extends Required<Pick<EngineScope, Budget>> {
  /** Default: that of the script `from`, or `raft`. */
  readonly engine?: string
  /** Default: as many as the script `from` has, or 3. */
  readonly replicas?: number
  readonly timeouts: Timeouts
  readonly maxEpoch?: number
  readonly depth?: number
  readonly order: 'bfs' | 'dfs'
  readonly symmetry: boolean
  /** States after which the answer is that nobody knows. */
  readonly states: number
  /** Of the engine: `name=value` each. */
  readonly option: EngineOptions
  /** A script: explore from the state that it leads to. */
  readonly from?: string
  /** Where to write a counterexample. */
  readonly scenario?: string
}

/** How often timers run out: in all, or by name. */
export type Timeouts = number | Readonly<Record<string, number>>

/** `3`, or `election=2,heartbeat=1`. */
export function parseTimeouts(text: string): Timeouts {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  const pairs = text.split(',').map((part) => /^([\w-]+)=(\d{1,6})$/.exec(part.trim()))
  if (pairs.some((pair) => pair === null)) {
    throw new QuorateError('USAGE', `"${text}" are no timeouts; write 3, or election=2,heartbeat=1`)
  }
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, Number(pair![2])]))
}
