import type { Episode } from '../driver.ts'
import { inWords } from './failure.ts'
import { type Found, type Grading, type PartResult, itemsOf } from './result.ts'

/** Goals that have to be met in every run. */
export function gradeLiveness(grading: Grading): PartResult {
  const { data, driver, subject, hidden } = grading
  const { title, seeds = 50 } = data.parts.liveness!
  const all = [...Array.from({ length: seeds }, (_, i) => i + 1), ...hidden]
  let found: Found | undefined
  const items = itemsOf(data, 'liveness', (name) => {
    const failed = all.flatMap((seed, i) => {
      const episode = driver.goals[name]!(subject, seed)
      const where = i < seeds ? `seed ${seed}` : `hidden seed ${i - seeds + 1}`
      return episode === undefined ? [] : [{ episode, where }]
    })
    const first = shortest(failed)
    if (first === undefined) return undefined
    const message = first.episode.breaches[0]!.message
    found ??= { part: 'liveness', name, message, where: first.where, episode: first.episode }
    return `missed in ${failed.length} of ${all.length} runs: ${message}`
  })
  const notes = [`seeds 1 to ${seeds}${hidden.length > 0 ? `, and ${hidden.length} hidden ones` : ''}`]
  const part = { part: 'liveness', title, notes, items } as const
  return found === undefined ? part : { ...part, failure: inWords(grading, found) }
}

interface Missed {
  readonly episode: Episode
  readonly where: string
}

function shortest(missed: readonly Missed[]): Missed | undefined {
  return missed.reduce<Missed | undefined>(
    (best, it) => (best === undefined || it.episode.steps.length < best.episode.steps.length ? it : best),
    undefined,
  )
}
