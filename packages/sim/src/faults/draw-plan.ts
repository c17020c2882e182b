import type { NodeId } from '@quorate/core'
import type { Random } from '../random/random.ts'
import type {
  CrashMoment,
  CutDirection,
  FaultAction,
  FaultTarget,
  PlannedFault,
  PlannedKind,
} from './fault-action.ts'
import { type FaultKind, faultKinds } from './fault-kind.ts'

/** Which faults a run may have: all, none, or some. */
export type FaultChoice = 'all' | 'none' | readonly FaultKind[]

/** What a plan is drawn for. */
export interface PlanFrame {
  readonly nodes: readonly NodeId[]
  /** Milliseconds of the run in which things go wrong. */
  readonly duration: number
  /** The engine's own measure of time: faults last from a fraction of it to several. */
  readonly electionTimeout: number
}

const perFrame: readonly FaultKind[] = ['loss', 'duplicate', 'reorder']

/**
 * Which kinds of fault a run has at all. Leaving most of them out of most runs reaches states that a mixture of
 * everything never does (swarm testing).
 */
export function drawKinds(random: Random, choice: FaultChoice): ReadonlySet<FaultKind> {
  if (choice === 'none') return new Set()
  const allowed = choice === 'all' ? faultKinds : choice
  const share = random.pick([0.2, 0.5, 0.8])
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

function drawAction(random: Random, kind: PlannedKind, { nodes, electionTimeout }: PlanFrame): FaultAction {
  const target = (): FaultTarget => (random.chance(0.4) ? 'leader' : random.pick(nodes))
  const duration = (): number => electionTimeout * random.magnitude(0.02, 6)
  const direction = (): CutDirection => (random.chance(0.6) ? 'both' : random.pick(['in', 'out']))
  const moment = (): CrashMoment => (random.chance(0.5) ? 'now' : random.pick(['sync', 'elected']))
  switch (kind) {
    case 'crash':
    case 'kill':
    case 'power-cut':
      return { kind, target: target(), moment: moment(), downtime: duration() }
    case 'pause':
    case 'disk-stall':
      return { kind, target: target(), duration: duration() }
    case 'disk-error':
      return { kind, target: target() }
    case 'clock':
      return { kind, target: target(), jump: random.between(-10_000, 10_000) }
    case 'isolate':
      return {
        kind,
        target: target(),
        direction: direction(),
        silent: random.chance(0.5),
        duration: duration(),
      }
    case 'partition': {
      const side = random.shuffle(nodes).slice(0, random.integer(1, Math.max(1, nodes.length - 1)))
      return { kind, side, direction: direction(), silent: random.chance(0.5), duration: duration() }
    }
    case 'break': {
      const [a, b] = random.shuffle(nodes)
      return { kind, a: a!, b: b ?? a! }
    }
    case 'clog': {
      const [from, to] = random.shuffle(nodes)
      return { kind, from: from!, to: to ?? from!, duration: duration() }
    }
  }
}
