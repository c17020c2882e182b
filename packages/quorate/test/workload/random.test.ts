import { expect, test } from 'vitest'
import { Random } from '../../src/workload/random.ts'

const draw = (random: Random, count = 5): number[] => Array.from({ length: count }, () => random.uint32())

test('equal seeds and streams give equal numbers, others do not', () => {
  expect(draw(new Random(7))).toEqual(draw(new Random(7)))
  expect(draw(new Random(7, 3))).toEqual(draw(new Random(7, 3)))
  const different = [new Random(7), new Random(8), new Random(7, 1), new Random(-7), new Random(7 + 2 ** 40)]
  expect(new Set(different.map((random) => draw(random).join())).size).toBe(different.length)
})

test('the numbers of a seed stay what they are', () => {
  expect(draw(new Random(1), 3)).toMatchInlineSnapshot(`
    [
      441792574,
      614447336,
      1644328534,
    ]
  `)
})

test('fractions fill [0, 1) evenly', () => {
  const random = new Random(42)
  const tenths = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 100_000; i++) {
    const fraction = random.fraction()
    if (fraction < 0 || fraction >= 1) expect.fail(`${fraction} is outside`)
    tenths[Math.floor(fraction * 10)]!++
  }
  // 100,000 draws: a tenth has 10,000 with a standard deviation of 95.
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400)
})
