import type { Scheduler } from '../../src/time/scheduler.ts'

/** Lets events happen until there are none, or until that time in milliseconds has passed. */
export function runAll(scheduler: Scheduler, milliseconds = Infinity): void {
  let isOver = false
  if (milliseconds < Infinity) scheduler.after(milliseconds, 'control', undefined, () => (isOver = true))
  for (let event = scheduler.next(); event !== undefined; event = scheduler.next()) {
    event.run()
    if (isOver) return
  }
}
