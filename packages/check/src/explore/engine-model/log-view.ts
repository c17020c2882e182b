import type { Entry, LogImage, LogIndex } from '@quorate/core'
import type { ComponentTable } from '../store/component-table.ts'

/** A log as numbers of entries: what invariants look at. */
export interface LogView {
  /** Everything up to here has been compacted. */
  readonly base: LogIndex
  /** The entry at `base + 1 + i`; -1 for a hole. */
  readonly entries: readonly number[]
}

/** Numbers entries by their value, whatever object holds them. */
export class EntryNumbers {
  private readonly table: ComponentTable<Entry>
  private readonly known = new WeakMap<Entry, number>()

  constructor(table: ComponentTable<Entry>) {
    this.table = table
  }

  numberOf(entry: Entry): number {
    let number = this.known.get(entry)
    if (number === undefined) {
      number = this.table.intern(entry)
      this.known.set(entry, number)
    }
    return number
  }

  get(number: number): Entry {
    return this.table.get(number)
  }

  view(image: LogImage): LogView {
    const base = image.base?.index ?? 0
    const entries: number[] = []
    for (const entry of image.entries) {
      while (entries.length < entry.index - base - 1) entries.push(-1)
      entries.push(this.numberOf(entry))
    }
    return { base, entries }
  }
}

/** Does the log hold that entry there, or in what it has compacted? */
export function holds(log: LogView, index: LogIndex, entry: number): boolean {
  return index <= log.base || log.entries[index - log.base - 1] === entry
}
