import { expect } from 'vitest'

/** What `expression // => value` means. `place` is where it stands. */
export function checkValue(actual: unknown, expected: unknown, place: string): void {
  expect(actual, `the example at ${place}`).toEqual(expected)
}
