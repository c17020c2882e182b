import { breach } from './failure.ts'

/** Something whose disk can be moved in single steps. */
export interface Stepping {
  /** Does the next single thing that is under way; false if there is none. */
  step?(): boolean
}

/** More steps than any few writes take: whatever goes on for longer never ends. */
const mostSteps = 2000

/** Takes at most so many steps of the disk; gives how many there were. */
export function takeSteps(place: Stepping, most: number): number {
  let taken = 0
  while (taken < most && place.step?.() === true) taken++
  return taken
}

/** Calls `use` with 0, 1, 2 … steps, until it says that there were not so many. */
export async function atEveryStep(use: (steps: number) => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps <= mostSteps; steps++) if (await use(steps)) return
  breach(
    `after ${mostSteps} steps of the disk there is still something under way: \`step\` never gives false`,
  )
}
