const ln2 = 0.6931471805599453

/** 1/23, 1/21, … 1/1: of the series' terms, the last first. */
const reciprocals: readonly number[] = Array.from({ length: 12 }, (_, i) => 1 / (23 - 2 * i))

/**
 * `-ln(x)` for x in (0, 1]. `Math.log` may differ in its last bit from platform to platform, and one bit is enough to
 * make two runs of a seed go apart; this uses only operations that are exact everywhere.
 */
export function negativeLog(x: number): number {
  let mantissa = x
  let result = 0
  while (mantissa < 0.5) {
    mantissa *= 2
    result += ln2
  }
  // ln(m) = 2 artanh(s) with s = (m - 1) / (m + 1), |s| <= 1/3: twelve terms give more than 10 digits.
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let sum = 0
  for (let i = 0; i < 12; i++) sum = sum * square + reciprocals[i]!
  return result - 2 * s * sum
}
