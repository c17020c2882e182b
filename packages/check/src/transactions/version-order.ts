import type { Value } from '../history/value.ts'
import type { Append, KeyHistory, ListRead } from './key-histories.ts'

/** What the reads of a key say about the order of its appends. */
export interface VersionOrder {
  readonly history: KeyHistory
  /** The longest list read, without repetitions: every version is a prefix of it. */
  readonly elements: readonly Value[]
  /** Who appended each of them; `undefined` where nobody did. */
  readonly appends: readonly (Append | undefined)[]
  /** Of each read, whether it is a prefix of {@link elements}. */
  readonly isVersion: readonly boolean[]
  /** The read that {@link elements} come from; `undefined` when nothing was ever read. */
  readonly longest: ListRead | undefined
  /** Appends that nobody read: if they happened, then after all of {@link elements}, in an order not known. */
  readonly unread: readonly Append[]
}

/** Infers the order of a key's versions from the longest read. */
export function versionOrder(history: KeyHistory): VersionOrder {
  let longest: ListRead | undefined
  let elements: readonly Value[] = []
  for (const read of history.reads) {
    if (read.elements.length <= elements.length) continue
    const distinct = withoutRepetitions(read.elements)
    if (distinct.length <= elements.length) continue
    longest = read
    elements = distinct
  }
  const isVersion = history.reads.map((read) => isPrefix(read.elements, elements))
  const appends = elements.map((element) => history.appends.get(element))
  return { history, elements, appends, isVersion, longest, unread: unreadOf(history, elements, isVersion) }
}

function unreadOf(
  { appends }: KeyHistory,
  elements: readonly Value[],
  isVersion: readonly boolean[],
): readonly Append[] {
  // Where reads contradict one another nothing is certain of what the longest does not have.
  if (isVersion.includes(false)) return []
  const seen = new Set(elements)
  return [...appends.values()].filter(({ element }) => !seen.has(element))
}

function withoutRepetitions(elements: readonly Value[]): readonly Value[] {
  const distinct = new Set(elements)
  return distinct.size === elements.length ? elements : [...distinct]
}

function isPrefix(elements: readonly Value[], of: readonly Value[]): boolean {
  if (elements === of) return true
  if (elements.length > of.length) return false
  for (let at = elements.length - 1; at >= 0; at--) if (elements[at] !== of[at]) return false
  return true
}
