import { describe, expect, it } from 'vitest'
import { closedForm, ElectionRaces, type Expectation } from './support/election-race.ts'

/** Elections for each line of the tables below. */
const seeds = 20_000

const spread = 150
const electionTimeout = { min: spread, max: 2 * spread }

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

  // It takes all timers to begin anew together after a split vote. Where most votes are split that is too long.
  it.each([
    [3, 2, 0.05, 0.05],
    [5, 4, 0.01, 0.05],
    [5, 4, 0.1, 0.05],
    [5, 4, 0.2, 0.05],
    [5, 3, 0.2, 0.06],
    [9, 5, 0.2, 0.12],
  ])(
    'holds for the engine: %i voters, %i alive, latency %f of the spread, times within %f',
    (voters, live, latency, within) => {
      const expected = closedForm(voters, live, latency)
      const found = measure(voters, live, latency, false)
      expect(Math.abs(found.split - expected.split)).toBeLessThan(0.01)
      expect(Math.abs(found.time / expected.time - 1)).toBeLessThan(within)
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
