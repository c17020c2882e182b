/** A number as a lesson writes it: plain, a share (`10%`) or a duration (`500ms`, `2s`). */
export type Unit = 'count' | 'share' | 'time'

/** What a number is expected to be. */
export type Comparison =
  | { readonly how: 'below' | 'above' | 'at least' | 'at most' | 'is'; readonly value: number }
  | { readonly how: 'about'; readonly value: number; readonly within: number }
  /** What the closed form gives. */
  | { readonly how: 'about form'; readonly within: number }

const number = String.raw`(\d+(?:[.,]\d+)?(?:%|ms|s)?)`
const plain = new RegExp(`^(below|above|at least|at most|is) ${number}$`)
const about = new RegExp(`^about (?:${number}|(form)) within ${number}$`)

/** `below 10%`; undefined if it is none. */
export function parseComparison(text: string): Comparison | undefined {
  const simple = plain.exec(text)
  if (simple !== null) return { how: simple[1] as 'below', value: valueOf(simple[2]!) }
  const near = about.exec(text)
  if (near === null) return undefined
  const within = valueOf(near[3]!)
  if (near[2] !== undefined) return { how: 'about form', within }
  return { how: 'about', value: valueOf(near[1]!), within }
}

/** In milliseconds, shares of one, or as it is. */
export function valueOf(text: string): number {
  const value = Number.parseFloat(text.replace(',', '.'))
  if (text.endsWith('%')) return value / 100
  return text.endsWith('s') && !text.endsWith('ms') ? value * 1000 : value
}

/** `form` is needed where it is compared with; without one the comparison fails. */
export function compares(comparison: Comparison, found: number, form?: number): boolean {
  switch (comparison.how) {
    case 'below':
      return found < comparison.value
    case 'above':
      return found > comparison.value
    case 'at least':
      return found >= comparison.value
    case 'at most':
      return found <= comparison.value
    case 'is':
      return found === comparison.value
    case 'about':
      return Math.abs(found - comparison.value) <= comparison.within
    case 'about form':
      return form !== undefined && Math.abs(found - form) <= comparison.within
  }
}

/** `8.1%`, `237 ms`, `12`. */
export function formatValue(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return 'no figure'
  if (unit === 'share') return `${(value * 100).toFixed(1)}%`
  if (unit === 'time') return `${Math.round(value)} ms`
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}

/** In words: `below 10.0%`. */
export function comparisonText(comparison: Comparison, unit: Unit): string {
  const { how } = comparison
  if (how === 'about form')
    return `what the closed form gives, within ${formatValue(comparison.within, 'share')}`
  const value = formatValue(comparison.value, unit)
  if (how === 'about') return `about ${value}, within ${formatValue(comparison.within, unit)}`
  return how === 'is' ? value : `${how} ${value}`
}
