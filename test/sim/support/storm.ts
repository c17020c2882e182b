import {
  type CrashKind,
  type CrashMoment,
  type CutDirection,
  type FaultTarget,
  type PlannedFault,
  Random,
} from '@quorate/sim'

/** A fault that happens again and again, at random. Times in milliseconds. */
export interface Squall {
  /** `late`: it reaches nobody, what others had sent by then arrives when that time is over, and then nothing more. */
  readonly kind: CrashKind | 'pause' | 'isolate' | 'late' | 'disk-stall'
  /** Any replica if it is not said. */
  readonly target?: FaultTarget
  readonly moment?: CrashMoment
  /** Of an `isolate`: which ways it is cut off. @default both */
  readonly direction?: CutDirection
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
      plan.push(...faultsOf(at, squall, random))
    }
    return plan
  })
}

function faultsOf(at: number, squall: Squall, random: Random): PlannedFault[] {
  const { kind, moment = 'now', direction = 'both' } = squall
  const target = squall.target ?? random.integer(1, 3)
  const duration = random.magnitude(squall.from, squall.to)
  const cut = { kind: 'isolate', target, direction: 'both', silent: true } as const
  switch (kind) {
    case 'isolate':
      return [{ at, action: { ...cut, direction, duration } }]
    case 'pause':
    case 'disk-stall':
      return [{ at, action: { kind, target, duration } }]
    case 'late': {
      const to = target === 'leader' ? 1 : target
      const others = [1, 2, 3].filter((from) => from !== to)
      return [
        ...others.map((from) => ({ at, action: { kind: 'clog', from, to, duration } }) as const),
        { at: at + random.between(0, 30), action: { ...cut, direction: 'out', duration: 2 * duration } },
        { at: at + duration + random.between(5, 30), action: { ...cut, duration: 2 * duration } },
      ]
    }
    case 'crash':
    case 'kill':
    case 'power-cut':
      return [{ at, action: { kind, target, moment, downtime: duration } }]
  }
}
