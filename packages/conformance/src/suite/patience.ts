import { breach } from './failure.ts'

/**
 * How long to wait for what must come, as the harness knows time: it resolves once whatever is under way must long have
 * come to an end. With real time, after a few seconds; with virtual time, when nothing is left to do (see
 * {@link patienceOf}). A case that waits longer fails, and says what for; one that gets what it waits for goes on, and
 * `isOver` says so.
 */
export type Patience = (isOver: () => boolean) => Promise<void>

/** Turns without anything to do before nothing is expected any more: longer than any chain of promises. */
const idleTurns = 50

/** Things done before nothing is expected any more where there is always one more, such as a timer that repeats. */
const mostSteps = 1_000_000

/** The patience of a harness with virtual time. `step` does the next thing that is under way; false: there is none. */
export function patienceOf(step: () => boolean): Patience {
  return async (isOver) => {
    let idle = 0
    for (let steps = 0; steps < mostSteps && idle < idleTurns && !isOver(); steps++) {
      idle = step() ? 0 : idle + 1
      await Promise.resolve()
    }
  }
}

/** What `promise` gives, unless patience ends before. `what` names it in the failure. */
export async function within<T>(patience: Patience, what: string, promise: Promise<T>): Promise<T> {
  let isOver = false
  const end = (): void => {
    isOver = true
  }
  promise.then(end, end)
  const late = patience(() => isOver).then(() => breach(`${what}: nothing came`))
  return Promise.race([promise, late])
}

/** Waits until nothing is under way any more; with real time, for as long as patience lasts. */
export function quiet(patience: Patience): Promise<void> {
  return patience(() => false)
}
