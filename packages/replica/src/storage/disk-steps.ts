import type { DiskDone } from '@quorate/core'

/** One thing to do on a disk. May throw instead of reporting an error. */
export type DiskStep = (done: DiskDone) => void

/** Does one step after the other, and stops at the first that fails. */
export function inOrder(steps: readonly DiskStep[], done: DiskDone): void {
  const step = steps[0]
  if (step === undefined) return done(undefined)
  attempt(step, (error) => (error === undefined ? inOrder(steps.slice(1), done) : done(error)))
}

/** Does a step and reports what it throws like any other error. */
export function attempt(step: DiskStep, done: DiskDone): void {
  let isDone = false
  try {
    step((error) => {
      isDone = true
      done(error)
    })
  } catch (error) {
    // What `done` itself throws is not the step's failure.
    if (isDone) throw error
    done(error instanceof Error ? error : new Error(String(error)))
  }
}
