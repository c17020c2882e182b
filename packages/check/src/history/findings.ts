/** What was found in a history, by the name of its kind: an anomaly, a broken guarantee. */
interface Finding {
  readonly name: string
}

/** Of each name so many are kept, and the others counted. */
export const mostKept = 20

/** What is kept of all findings, and how many there are of each name. */
export interface Findings<Item extends Finding> {
  readonly kept: readonly Item[]
  readonly counts: Readonly<Record<string, number>>
}

/** Keeps some findings of each name, and counts all. */
export function keepFindings<Item extends Finding>(found: readonly Item[]): Findings<Item> {
  const counts: Record<string, number> = {}
  const kept = found.filter(({ name }) => {
    counts[name] = (counts[name] ?? 0) + 1
    return counts[name] <= mostKept
  })
  return { kept, counts }
}

/** The first of each name, or as many of each as make `most` in all; names in order of their first. */
export function someOfEach<Item extends Finding>(found: readonly Item[], most = 1): readonly Item[] {
  const names = new Set(found.map(({ name }) => name))
  const each = Math.max(1, Math.floor(most / Math.max(1, names.size)))
  return [...names].flatMap((name) => found.filter((one) => one.name === name).slice(0, each))
}

/** How many there are, for people: `G1a (3), G-single (1)`; empty when there are none. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, number]) => `${name} (${number})`)
    .join(', ')
}
