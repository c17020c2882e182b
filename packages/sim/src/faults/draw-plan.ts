import type { Random } from '../random/random.ts'
import { type ActionFrame, drawAction } from './draw-action.ts'
import type { PlannedFault, PlannedKind } from './fault-action.ts'
import { type FaultKind, faultKinds } from './fault-kind.ts'

/** Which faults a run may have: all, none, or some. */
export type FaultChoice = 'all' | 'none' | readonly FaultKind[]

/** What a plan is drawn for. */
export interface PlanFrame extends ActionFrame {
  /** Milliseconds of the run in which things go wrong. */
  readonly duration: number
}

const perFrame: readonly FaultKind[] = ['loss', 'duplicate', 'reorder']

/**
 * Which kinds of fault a run has at all. Leaving most of them out of most runs reaches states that a mixture of
 * everything never does (swarm testing).
 */
export function drawKinds(random: Random, choice: FaultChoice): ReadonlySet<FaultKind> {
  if (choice === 'none') return new Set()
  const allowed = choice === 'all' ? faultKinds : choice
  const share = random.pick([0.1, 0.3, 0.6])
  const drawn = allowed.filter(() => random.chance(share))
  return new Set(drawn.length > 0 || allowed.length === 0 ? drawn : [random.pick(allowed)])
}

/** Draws what goes wrong when. */
export function drawPlan(random: Random, kinds: ReadonlySet<FaultKind>, frame: PlanFrame): PlannedFault[] {
  const plan: PlannedFault[] = []
  for (const kind of faultKinds) {
    if (!kinds.has(kind) || perFrame.includes(kind)) continue
    const draws = random.split(kind)
    const count = Math.round(draws.magnitude(1, 32))
    for (let i = 0; i < count; i++) {
      const action = drawAction(draws, kind as PlannedKind, frame)
      plan.push({ at: draws.between(0, frame.duration), action })
    }
  }
  return plan.sort((a, b) => a.at - b.at)
}
