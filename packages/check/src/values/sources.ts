import { firstWhere } from '../history/first-where.ts'
import type { Refutation } from './argument.ts'
import { refute } from './argument.ts'
import type { RegisterEvent, RegisterHistory } from './register-history.ts'
import { none } from './register-history.ts'

/**
 * Looks for an event that saw a value which no write can have left to it: nobody wrote it, or only later, or
 * it had been overwritten. Values may have been written more than once.
 *
 * A write is overwritten for good when another, certain one was called after it returned and itself returned
 * before the event was called: the state then comes from that one, or a later one.
 */
export function refuteBySources<Input, Output>(
  history: RegisterHistory<Input, Output>,
): Refutation<Input, Output> | undefined {
  const writes = [...history.certain].filter(({ left }) => left !== none)
  const overwrites = new Prefixes(writes, returnOf, callOf)
  const sources = new Map<number, Prefixes<RegisterEvent<Input, Output>>>()
  for (const event of history.certain) {
    if (event.saw === none) continue
    const writers = history.writersOf(event.saw)
    const source = memoized(sources, event.saw, () => new Prefixes(writers, callOf, returnOf))
    const latest = source.bestWhile(({ call }) => call <= event.return)
    if (latest === undefined) return refuteUnwritten(event, writers)
    const overwrite = overwrites.bestWhile((write) => write.return < event.call)
    if (overwrite === undefined || !(latest.return < overwrite.call)) continue
    const saw = writers.length === 1 ? 'saw the value of' : 'saw a value whose last possible write was'
    return refute(
      event,
      saw,
      latest,
      'which had been overwritten, before the first was called, by',
      overwrite,
    )
  }
  return undefined
}

/** No write was called before the event returned. */
function refuteUnwritten<Input, Output>(
  event: RegisterEvent<Input, Output>,
  writers: readonly RegisterEvent<Input, Output>[],
): Refutation<Input, Output> {
  if (writers.length === 0) return refute(event, 'saw a value that nobody wrote')
  const first = writers.reduce((least, writer) => (writer.call < least.call ? writer : least))
  return refute(event, 'saw a value that was not there yet, for it had returned before the call of', first)
}

function callOf({ call }: { readonly call: number }): number {
  return call
}

function returnOf(event: { readonly return: number }): number {
  return event.return
}

/** Answers, for any start of a sorted list, which item in it ranks highest. */
class Prefixes<Item> {
  private readonly sorted: readonly Item[]
  private readonly best: readonly Item[]

  constructor(items: readonly Item[], order: (item: Item) => number, rank: (item: Item) => number) {
    this.sorted = items.toSorted((a, b) => order(a) - order(b))
    let best = this.sorted[0]
    this.best = this.sorted.map((item) => (best = rank(item) > rank(best!) ? item : best!))
  }

  /** The highest of the items up to the last for which this is true; it must be false from there on. */
  bestWhile(holds: (item: Item) => boolean): Item | undefined {
    return this.best[firstWhere(this.sorted.length, (place) => !holds(this.sorted[place]!)) - 1]
  }
}

function memoized<Item>(items: Map<number, Item>, number: number, make: () => Item): Item {
  const known = items.get(number)
  if (known !== undefined) return known
  const item = make()
  items.set(number, item)
  return item
}
