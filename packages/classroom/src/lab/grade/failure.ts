import type { Breach, Step } from '../driver.ts'
import type { Failure, Found, Grading } from './result.ts'
import { shrinkSteps } from './shrink.ts'

/** A failure of an invariant, made small. */
export function smallFailure({ driver, subject }: Grading, found: Found): Failure {
  const { setting } = found.episode
  const breachIn = (steps: readonly Step[]): Breach | undefined =>
    driver.replay(subject, setting, steps).breaches.find(({ invariant }) => invariant === found.name)
  const small = shrinkSteps(found.episode.steps, (steps) => breachIn(steps) !== undefined)
  const message = breachIn(small)?.message ?? found.message
  return inWords({ driver, subject }, { ...found, message, episode: { ...found.episode, steps: small } })
}

/** A failure as it was found. */
export function inWords(
  { driver, subject }: Pick<Grading, 'driver' | 'subject'>,
  { episode, part, name, message, where }: Found,
): Failure {
  const { setting } = episode
  // What was possible, and no more: the file is to replay without gaps.
  const { steps, played } = driver.replay(subject, setting, episode.steps)
  return { part, name, message, where, setting, steps, lines: played.map(({ text }) => text) }
}
