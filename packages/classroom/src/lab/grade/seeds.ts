import type { Breach, Episode } from '../driver.ts'
import { smallFailure } from './failure.ts'
import { type Found, type Grading, type PartResult, itemsOf } from './result.ts'

/** Runs in which an invariant has to have had something to say before it counts as kept. */
const enough = 5

/** Failures that are made small, of which the smallest is shown. */
const fewest = 8

/** What became of an invariant in many runs. */
interface Tally {
  reached: number
  broken: number
  first?: Breach & { readonly where: string }
}

/** Random runs, the public ones and the teacher's. An invariant is kept if no run breaks it and enough put it to the test. */
export function gradeSeeds(grading: Grading): PartResult {
  const { data, driver, subject, hidden } = grading
  const { title, seeds = 100 } = data.parts.seeds!
  const tallies = new Map<string, Tally>()
  const found: Found[] = []
  const run = (seed: number, where: string): void => {
    const episode = driver.runSeed(subject, seed)
    count(tallies, episode, where)
    const [breach] = episode.breaches
    if (breach === undefined || found.length >= fewest) return
    const { invariant: name, message } = breach
    if (name === (found[0]?.name ?? name)) found.push({ part: 'seeds', name, message, where, episode })
  }
  for (let seed = 1; seed <= seeds; seed++) run(seed, `seed ${seed}`)
  hidden.forEach((seed, i) => run(seed, `hidden seed ${i + 1}`))
  const runs = seeds + hidden.length
  const items = itemsOf(data, 'seeds', (name) => problemOf(tallies.get(name), runs))
  const notes = [
    `seeds 1 to ${seeds}${hidden.length > 0 ? `, and ${hidden.length} hidden ones` : ''}: loss, duplication, reordering, crashes before and after every write`,
  ]
  const part = { part: 'seeds', title, notes, items } as const
  const failures = found.map((it) => smallFailure(grading, it))
  const [failure] = failures.toSorted((a, b) => a.steps.length - b.steps.length)
  return failure === undefined ? part : { ...part, failure }
}

function count(tallies: Map<string, Tally>, { reached, breaches }: Episode, where: string): void {
  for (const name of reached) tallyOf(tallies, name).reached += 1
  for (const breach of breaches) {
    const tally = tallyOf(tallies, breach.invariant)
    tally.broken += 1
    tally.first ??= { ...breach, where }
  }
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? { reached: 0, broken: 0 }
  tallies.set(name, tally)
  return tally
}

function problemOf(tally: Tally | undefined, runs: number): string | undefined {
  if (tally?.first !== undefined) {
    return `broken in ${tally.broken} of ${runs} runs, first with ${tally.first.where}: ${tally.first.message}`
  }
  const reached = tally?.reached ?? 0
  if (reached >= enough) return undefined
  return `put to the test in ${reached} of ${runs} runs only: an invariant of what does not happen shows nothing`
}
