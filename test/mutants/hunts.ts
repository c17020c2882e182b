import { describe, expect, it } from 'vitest'
import { type Mutant, hunt, play } from './mutant.ts'

/** The tests of a table of mutants: each is caught within its budget, and what is right is not. */
export function testMutants(name: string, mutants: readonly Mutant[]): void {
  describe.each(mutants)(`${name} with $rule`, (mutant) => {
    it(`is caught within ${mutant.budget} seeds`, () => {
      const caught = hunt(mutant)
      if (caught === undefined) return expect.unreachable('no seed caught it')
      const { seed, broke, report } = caught
      const { code, rule } = mutant
      const later = laterThan(mutant, seed, report.steps)
      console.log(
        `${name} ${rule}${code === undefined ? '' : ` (${code})`}: seed ${seed}, step ${report.steps}, ${broke}${later}`,
      )
      expect(mutant.breaks).toContain(broke)
      expect(report.eventLog.length).toBeGreaterThan(10)
    })

    it('is not seen where the rule is kept', () => {
      const { right, weather, rightSeeds = 10 } = mutant
      for (let seed = 1; seed <= rightSeeds; seed++) {
        expect(play(right, weather, seed).violation, `seed ${seed}`).toBeUndefined()
      }
    })
  })
}

/** How many events later the same run would have shown it to anybody but refinement and the engine's monitor. */
function laterThan({ engine, weather }: Mutant, seed: number, steps: number): string {
  const { violation, steps: end } = play(engine, weather, seed, { insiders: false })
  if (violation === undefined) return '; without refinement and monitor this run shows nothing'
  expect(end).toBeGreaterThanOrEqual(steps)
  return end === steps ? '' : `; ${end - steps} events before ${violation.invariant}`
}
