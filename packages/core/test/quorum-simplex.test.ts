import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LinearProgram, maximize } from '../src/membership/analysis/simplex.ts'

const coefficient = fc.integer({ min: -3, max: 5 })

/** Bounded: the last row limits the sum of all variables. Many limits are 0, where the method may stand still. */
const program: fc.Arbitrary<LinearProgram> = fc
  .record({ width: fc.integer({ min: 1, max: 5 }), height: fc.integer({ min: 0, max: 7 }) })
  .chain(({ width, height }) =>
    fc.record({
      objective: fc.array(coefficient, { minLength: width, maxLength: width }),
      rows: fc
        .array(fc.array(coefficient, { minLength: width, maxLength: width }), {
          minLength: height,
          maxLength: height,
        })
        .map((rows) => [...rows, Array.from({ length: width }, () => 1)]),
      limits: fc
        .array(fc.constantFrom(0, 0, 1, 2, 7), { minLength: height, maxLength: height })
        .map((limits) => [...limits, 10]),
    }),
  )

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

describe('the simplex method', () => {
  it('gives what is allowed, and a proof by the dual that nothing is better', () => {
    fc.assert(
      fc.property(program, ({ objective, rows, limits }) => {
        const { value, solution, duals } = maximize({ objective, rows, limits })
        expect(dot(objective, solution)).toBeCloseTo(value, 6)
        for (const x of [...solution, ...duals]) expect(x).toBeGreaterThanOrEqual(-1e-6)
        rows.forEach((row, i) => expect(dot(row, solution)).toBeLessThanOrEqual(limits[i]! + 1e-6))
        // Any y ≥ 0 with y · rows ≥ objective bounds the objective by y · limits.
        objective.forEach((worth, j) => {
          const column = rows.map((row) => row[j]!)
          expect(dot(column, duals)).toBeGreaterThanOrEqual(worth - 1e-6)
        })
        expect(dot(limits, duals)).toBeCloseTo(value, 6)
      }),
      { numRuns: 500 },
    )
  })

  it('ends on the program of Beale (1955), on which the steepest ascent goes in a circle', () => {
    const { value, solution } = maximize({
      objective: [0.75, -150, 0.02, -6],
      rows: [
        [0.25, -60, -0.04, 9],
        [0.5, -90, -0.02, 3],
        [0, 0, 1, 0],
      ],
      limits: [0, 0, 1],
    })
    expect(value).toBeCloseTo(0.05, 9)
    expect(solution).toEqual([0.04, 0, 1, 0].map((x) => expect.closeTo(x, 9) as number))
  })
})
