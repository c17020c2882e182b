import { type CrashKind, type CrashMoment, type FaultTarget, type PlannedFault, Random } from '@quorate/sim'

/** A fault that happens again and again, at random. Times in milliseconds. */
export interface Squall {
  readonly kind: CrashKind | 'pause' | 'isolate'
  /** Any replica if it is not said. */
  readonly target?: FaultTarget
  readonly moment?: CrashMoment
  /** The mean time between two. */
  readonly every: number
  /** How long each lasts. */
  readonly from: number
  readonly to: number
}

/** A plan in which such faults come thick and fast, as they must to catch what goes wrong once in a blue moon. */
export function storm(seed: number, duration: number, squalls: readonly Squall[]): PlannedFault[] {
  const random = new Random(seed).split('storm')
  return squalls.flatMap((squall) => {
    const plan: PlannedFault[] = []
    for (let at = random.exponential(squall.every); at < duration; at += random.exponential(squall.every)) {
      plan.push({ at, action: actionOf(squall, random) })
    }
    return plan
  })
}

function actionOf(squall: Squall, random: Random): PlannedFault['action'] {
  const { kind, moment = 'now' } = squall
  const target = squall.target ?? random.integer(1, 3)
  const duration = random.magnitude(squall.from, squall.to)
  if (kind === 'isolate') return { kind, target, direction: 'both', silent: true, duration }
  if (kind === 'pause') return { kind, target, duration }
  return { kind, target, moment, downtime: duration }
}
