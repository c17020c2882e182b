import type { DiskDone } from '@quorate/core'

/** One thing to do on a disk. May throw instead of reporting an error. */
export type DiskStep = (done: DiskDone) => void

/** Does one step after the other, and stops at the first that fails. Steps that report at once do not pile up. */
export function inOrder(steps: readonly DiskStep[], done: DiskDone): void {
  let position = 0
  let isLooping = false
  const proceed = (): void => {
    if (isLooping) return
    isLooping = true
    for (let isReported = true; isReported;) {
      const step = steps[position]
      if (step === undefined) return done(undefined)
      isReported = false
      attempt(step, (error) => {
        if (error !== undefined) return done(error)
        position += 1
        isReported = true
        proceed()
      })
    }
    isLooping = false
  }
  proceed()
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
