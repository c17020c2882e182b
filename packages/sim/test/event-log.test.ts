import { describe, expect, it } from 'vitest'
import { EventLog } from '../src/index.ts'

/** Notes the numbers from 1 to `count`. Gives the texts that are kept, and those that were seen at once. */
function noted(capacity: number, count: number): { kept: string[]; seen: string[] } {
  const seen: string[] = []
  const textOf = (line: string): string => line.split('│ ')[1]!
  const log = new EventLog(capacity, 1, (line) => seen.push(textOf(line)))
  for (let i = 1; i <= count; i++) log.note(i, 1, () => `event ${i}`)
  return { kept: log.lines().map(textOf), seen }
}

describe('an event log', () => {
  it.each([
    [0, 3, []],
    [1, 3, ['event 3']],
    [3, 2, ['event 1', 'event 2']],
    [3, 3, ['event 1', 'event 2', 'event 3']],
    [3, 7, ['event 5', 'event 6', 'event 7']],
  ])('of %d keeps the last of %d events, oldest first', (capacity, count, expected) => {
    const { kept, seen } = noted(capacity, count)
    expect(kept).toEqual(expected)
    expect(seen).toHaveLength(count)
  })

  it('puts into words only what it keeps, and only when it is asked', () => {
    const log = new EventLog(2, 1)
    let described = 0
    for (let i = 0; i < 5; i++) log.note(i, 1, () => `event ${++described}`)
    expect(described).toBe(0)
    expect(log.lines()).toHaveLength(2)
    expect(described).toBe(2)
  })

  it('is of no size that is no number', () => {
    for (const capacity of [-1, 1.5, Number.NaN])
      expect(() => new EventLog(capacity, 1)).toThrow('keeps a number')
  })
})
