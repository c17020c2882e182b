import { describe, expect, it } from 'vitest'
import { abstractElections } from './support/abstract-election.ts'
import { phasedForm } from './support/election-phases.ts'
import { closedForm, ElectionRaces, type Expectation } from './support/election-race.ts'

/** Elections for each line of the tables below. */
const seeds = 20_000

const spread = 150
const electionTimeout = { min: spread, max: 2 * spread }

/** Elections of the model without an engine, which take a fraction of the time. */
const abstractSeeds = 100_000

/** Voters, those alive, and the latency as a share of the spread. */
const lines: [number, number, number][] = [
  [3, 2, 0.05],
  [5, 4, 0.01],
  [5, 4, 0.1],
  [5, 4, 0.2],
  [5, 3, 0.2],
  [9, 5, 0.2],
]

/** By what share a mean time to a leader is another than expected. */
function offBy(found: Expectation, expected: Expectation): number {
  return Math.abs(found.time / expected.time - 1)
}

/** The share of split votes among first terms, and the mean time to a leader in spreads. */
function measure(voters: number, live: number, latency: number, preVote: boolean): Expectation {
  const options = { electionTimeout, heartbeatInterval: spread / 3, preVote }
  const races = new ElectionRaces({ voters, live, latency: latency * spread, options })
  let split = 0
  let time = 0
  for (let seed = 0; seed < seeds; seed++) {
    const race = races.run(seed)
    if (race.terms > 1) split += 1
    time += race.time
  }
  return { split: split / seeds, time: time / seeds / spread }
}

describe('the closed form (Raft thesis, §9.4.1)', () => {
  it.each([
    [5, 4, 0.01, 0.00059],
    [5, 4, 0.1, 0.0523],
    [5, 4, 0.2, 0.181],
    [5, 3, 0.2, 0.488],
    [9, 5, 0.2, 0.67],
  ])('gives the published rates: %i voters, %i alive, latency %f', (voters, live, latency, split) => {
    expect(closedForm(voters, live, latency).split / split).toBeCloseTo(1, 2)
  })

  it.each(lines)('is what its assumptions give: %i voters, %i alive, latency %f', (voters, live, latency) => {
    const expected = closedForm(voters, live, latency)
    const found = abstractElections(voters, live, latency, 'together', abstractSeeds)
    expect(Math.abs(found.split - expected.split)).toBeLessThan(0.005)
    expect(offBy(found, expected)).toBeLessThan(0.01)
  })

  // It takes all timers to begin anew together after a split vote. Candidates' have run for a while then, so the next term
  // begins sooner, and they are spread further, so fewer further votes are split. With few split votes that is little.
  it.each(lines)(
    'is too long where votes are often split: %i voters, %i alive, latency %f',
    (voters, live, latency) => {
      const { split, time } = closedForm(voters, live, latency)
      const found = abstractElections(voters, live, latency, 'own', abstractSeeds)
      expect(time / found.time).toBeGreaterThan(0.99)
      expect(offBy(found, { split, time }) < 0.05).toBe(split < 0.3)
      expect(offBy(found, phasedForm(voters, live, latency))).toBeLessThan(0.01)
    },
  )

  it.each(lines)(
    'holds for the engine: %i voters, %i alive, latency %f of the spread',
    (voters, live, latency) => {
      const published = closedForm(voters, live, latency)
      const phased = phasedForm(voters, live, latency)
      const found = measure(voters, live, latency, false)
      expect(phased.split).toBeCloseTo(published.split, 3)
      expect(Math.abs(found.split - published.split)).toBeLessThan(0.01)
      if (published.split < 0.3) expect(offBy(found, published)).toBeLessThan(0.05)
      expect(offBy(found, phased)).toBeLessThan(0.02)
      const model = abstractElections(voters, live, latency, 'own', abstractSeeds)
      expect(offBy(found, model)).toBeLessThan(0.02)
    },
  )

  it('holds with PreVote, which takes one more round trip a term, and splits no fewer votes', () => {
    const latency = 0.1
    const { split, time } = closedForm(5, 4, latency)
    const found = measure(5, 4, latency, true)
    expect(Math.abs(found.split - split)).toBeLessThan(0.01)
    expect(Math.abs(found.time / (time + (2 * latency) / (1 - split)) - 1)).toBeLessThan(0.05)
  })
})

describe('the defaults', () => {
  it('elect a leader within two election timeouts in 99.9 % of cases, on links of 10 ms', () => {
    const races = new ElectionRaces({ voters: 5, live: 4, latency: 10, options: {} })
    let late = 0
    for (let seed = 0; seed < seeds; seed++) if (races.run(seed).time > 1_200) late += 1
    expect(late / seeds).toBeLessThan(0.001)
  })
})
