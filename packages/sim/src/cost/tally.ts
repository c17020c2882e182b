import type { MessageCounts } from '@quorate/core'

/** What happened in a stretch of a run. */
export interface Tally {
  /** Messages sent, by type. */
  readonly messages: MessageCounts
  /** Syncs of all disks. */
  readonly fsyncs: number
  /** Timers that ran out. */
  readonly timeouts: number
}

/** What happened from `before` to `after`. */
export function difference(after: Tally, before: Tally): Tally {
  const messages = combine(after.messages, before.messages, (a, b) => a - b)
  return {
    messages,
    fsyncs: after.fsyncs - before.fsyncs,
    timeouts: after.timeouts - before.timeouts,
  }
}

export function sum(a: MessageCounts, b: MessageCounts): MessageCounts {
  return combine(a, b, (x, y) => x + y)
}

export function totalOf(counts: MessageCounts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** In alphabetical order, without types of which there are none. */
function combine(
  a: MessageCounts,
  b: MessageCounts,
  result: (x: number, y: number) => number,
): MessageCounts {
  const types = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  const pairs = types.map((type): [string, number] => [type, result(a[type] ?? 0, b[type] ?? 0)])
  return Object.fromEntries(pairs.filter(([, count]) => count !== 0))
}
