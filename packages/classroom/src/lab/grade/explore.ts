import type { Episode, Exploration } from '../driver.ts'
import { inWords } from './failure.ts'
import { type Found, type Grading, type PartResult, itemsOf } from './result.ts'

/** All that can happen within stated scopes. */
export function gradeExplore(grading: Grading): PartResult {
  const { data, driver, subject } = grading
  const searches = driver.explore(subject)
  const episodes = searches.flatMap((search) => search.episodes)
  const reached = new Set(searches.flatMap((search) => [...search.reached]))
  const unjudged = new Set(searches.flatMap((search) => search.unjudged))
  const isComplete = searches.every((search) => search.isComplete)
  const items = itemsOf(data, 'explore', (name) => {
    const episode = shortest(
      episodes.filter(({ breaches }) => breaches.some(({ invariant }) => invariant === name)),
    )
    const breach = episode?.breaches.find(({ invariant }) => invariant === name)
    if (breach !== undefined) return `broken within ${episode!.steps.length} steps: ${breach.message}`
    if (!isComplete) return 'unknown: the budget of states ended a search, and unknown gives no points'
    if (unjudged.has(name)) return 'unknown: runs end where another invariant is broken'
    return reached.has(name)
      ? undefined
      : 'never put to the test: an invariant of what does not happen shows nothing'
  })
  const part = { part: 'explore', title: data.parts.explore!.title, notes: notesOf(searches), items } as const
  const first = shortest(episodes)
  const breach = first?.breaches[0]
  if (first === undefined || breach === undefined) return part
  const where = 'the exhaustive search'
  const found: Found = {
    part: 'explore',
    name: breach.invariant,
    message: breach.message,
    where,
    episode: first,
  }
  return { ...part, failure: inWords(grading, found) }
}

function notesOf(searches: readonly Exploration[]): string[] {
  const notes = searches.map(({ scope, isComplete, states }) => {
    const end = isComplete ? `all ${states} states` : `unknown: given up after ${states} states`
    return `${scope}: ${end}`
  })
  return searches.every(({ isComplete }) => isComplete)
    ? [...notes, 'exhaustive within these scopes; not a proof']
    : notes
}

function shortest(episodes: readonly Episode[]): Episode | undefined {
  return episodes.reduce<Episode | undefined>(
    (best, episode) => (best === undefined || episode.steps.length < best.steps.length ? episode : best),
    undefined,
  )
}
