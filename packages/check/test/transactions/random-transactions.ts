import fc from 'fast-check'
import type { MicroOperation, Transaction, Value } from '../../src/index.ts'

interface Seed {
  readonly steps: readonly { readonly key: string; readonly append: boolean; readonly stale: number }[]
  readonly client: number
  readonly before: number
  readonly during: number
  /** It reads the state as it was so many transactions ago. */
  readonly lag: number
  readonly fate: 'committed' | 'aborted' | 'unknown, done' | 'unknown, not done'
}

/** How random transactions are made. */
export interface Randomness {
  readonly most: number
  readonly keys: readonly string[]
  /** Single reads may miss up to so many of the last elements. */
  readonly stale: number
  /** Transactions may read a state of up to so many transactions ago. */
  readonly lag: number
  readonly fates: readonly Seed['fate'][]
}

/** A true serial run in which, if wanted, some reads are stale and some outcomes are not known. */
export function randomTransactions({
  most,
  keys,
  stale,
  lag,
  fates,
}: Randomness): fc.Arbitrary<Transaction[]> {
  const step = fc.record({
    key: fc.constantFrom(...keys),
    append: fc.boolean(),
    stale: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(stale) }),
  })
  const seed = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 3 }),
    client: fc.nat(1),
    before: fc.constantFrom(0, 0, 0, 2, 4),
    during: fc.constantFrom(0, 0, 0, 2, 4),
    lag: fc.nat(lag),
    fate: fc.constantFrom(...fates),
  })
  return fc.array(seed, { minLength: Math.min(3, most), maxLength: most }).map(play)
}

function play(seeds: readonly Seed[]): Transaction[] {
  const states: ReadonlyMap<string, readonly Value[]>[] = [new Map()]
  let element = 0
  return seeds.map(({ steps, client, before, during, lag, fate }, at) => {
    const latest = states.at(-1)!
    const snapshot = states[Math.max(0, states.length - 1 - lag)]!
    const added = new Map<string, readonly Value[]>()
    const operations = steps.map(({ key, append, stale }): MicroOperation => {
      const own = added.get(key) ?? []
      if (append) {
        added.set(key, [...own, ++element])
        return { f: 'append', key, element }
      }
      const list = [...(snapshot.get(key) ?? []), ...own]
      return { f: 'read', key, elements: list.slice(0, Math.max(0, list.length - stale)) }
    })
    const after = new Map(latest)
    for (const [key, list] of added) after.set(key, [...(latest.get(key) ?? []), ...list])
    states.push(fate === 'committed' || fate === 'unknown, done' ? after : latest)
    const outcome = fate.startsWith('unknown') ? 'unknown' : (fate as 'committed' | 'aborted')
    return {
      // A client has one transaction under way, so those that may overlap have clients of their own.
      client: before + during === 0 ? client : `c${at}`,
      outcome,
      operations,
      call: 2 * at - before,
      return: outcome === 'unknown' ? Infinity : 2 * at + 1 + during,
    }
  })
}
