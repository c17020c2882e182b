/** What stands where there is no value. */
export const noValue = '—'

/** Decimals that show at least two leading digits of `value`, down to a ten-thousandth; none from 100 on. */
function decimalsFor(value: number): number {
  if (value === 0 || value >= 100) return 0
  const leading = [10, 0.1, 0.01].findIndex((least) => value >= least)
  return leading === -1 ? 4 : leading + 1
}

/** `18,402` · `12.3` · `0.52`; `—` for what is not a finite number. */
export function formatNumber(value: number, decimals: number = decimalsFor(Math.abs(value))): string {
  if (!Number.isFinite(value)) return noValue
  // No "-0.00": what rounds to zero is zero.
  const rounded = Number(value.toFixed(decimals)) === 0 ? 0 : value
  return rounded.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/**
 * Formats values that stand side by side with equal decimals, so that they can be compared at a glance: as many as the
 * smallest one needs, but not so many that the largest one is drowned in digits.
 */
export function formatAlike(values: readonly number[]): readonly string[] {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs)
  if (sizes.length === 0) return values.map((value) => formatNumber(value, 0))
  const largest = Math.max(...sizes)
  const most = [1000, 100, 1, 0].findIndex((least) => largest >= least)
  const decimals = Math.min(decimalsFor(Math.min(...sizes)), [0, 1, 2, 4][most]!)
  return values.map((value) => formatNumber(value, decimals))
}

/** `18,402`: without decimals. */
export function formatCount(value: number): string {
  return formatNumber(value, 0)
}

/** `1 replica`, `3 replicas` */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}
