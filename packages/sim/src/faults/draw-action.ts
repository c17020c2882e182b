import type { NodeId } from '@quorate/core'
import { rotAreas } from '../disk/spoil.ts'
import type { Random } from '../random/random.ts'
import type { CrashMoment, CutDirection, FaultAction, FaultTarget, PlannedKind } from './fault-action.ts'

/** What actions are drawn for. */
export interface ActionFrame {
  readonly nodes: readonly NodeId[]
  /** The engine's own measure of time: faults last from a fraction of it to several. */
  readonly electionTimeout: number
}

/** The draws that several kinds of fault have in common. */
class Draws {
  readonly random: Random
  readonly nodes: readonly NodeId[]
  private readonly electionTimeout: number

  constructor(random: Random, { nodes, electionTimeout }: ActionFrame) {
    this.random = random
    this.nodes = nodes
    this.electionTimeout = electionTimeout
  }

  target(): FaultTarget {
    return this.random.chance(0.4) ? 'leader' : this.random.pick(this.nodes)
  }

  duration(least = 0.02, most = 6): number {
    return this.electionTimeout * this.random.magnitude(least, most)
  }

  direction(): CutDirection {
    return this.random.chance(0.6) ? 'both' : this.random.pick(['in', 'out'])
  }

  moment(): CrashMoment {
    return this.random.chance(0.5) ? 'now' : this.random.pick(['sync', 'elected'])
  }

  coin(): boolean {
    return this.random.chance(0.5)
  }

  /** One side of two: of any size, as often a large one as a small one; or each replica by the toss of a coin. */
  side(): NodeId[] {
    const { random, nodes } = this
    const some = random.shuffle(nodes).slice(0, random.integer(1, Math.max(1, nodes.length - 1)))
    const tossed = nodes.filter(() => this.coin())
    const isUneven = tossed.length === 0 || tossed.length === nodes.length
    return this.coin() || isUneven ? some : tossed
  }

  pair(): { a: NodeId; b: NodeId } {
    const [a, b] = this.random.shuffle(this.nodes)
    return { a: a!, b: b ?? a! }
  }
}

type Drawer<K extends PlannedKind> = (draws: Draws, kind: K) => FaultAction

const crash: Drawer<'crash' | 'kill' | 'power-cut'> = (draws, kind) => {
  return { kind, target: draws.target(), moment: draws.moment(), downtime: draws.duration() }
}

const lasting: Drawer<'pause' | 'disk-stall' | 'disk-full'> = (draws, kind) => {
  return { kind, target: draws.target(), duration: draws.duration() }
}

const failing: Drawer<'write-error' | 'read-error'> = (draws, kind) => ({ kind, target: draws.target() })

const ordered: Drawer<'ring' | 'chain'> = (draws, kind) => {
  const order = draws.random.shuffle(draws.nodes)
  return { kind, order, silent: draws.coin(), duration: draws.duration() }
}

/** How each kind of fault is drawn. */
const drawers: { readonly [K in PlannedKind]: Drawer<K> } = {
  crash,
  kill: crash,
  'power-cut': crash,
  pause: lasting,
  'disk-stall': lasting,
  'disk-full': lasting,
  'disk-slow': (draws, kind) => {
    const factor = draws.random.magnitude(2, 100)
    return { kind, target: draws.target(), factor, duration: draws.duration() }
  },
  'disk-error': (draws, kind) => ({ kind, target: draws.target(), forgets: draws.coin() }),
  'write-error': failing,
  'read-error': failing,
  'lost-sync': (draws, kind) => {
    const duration = draws.duration(0.02, 3)
    return { kind, target: draws.target(), duration, crash: draws.coin(), downtime: draws.duration() }
  },
  'misdirected-write': (draws, kind) => {
    return { kind, target: draws.target(), file: draws.random.pick(['same', 'other']) }
  },
  'bit-rot': (draws, kind) => ({ kind, target: draws.target(), area: draws.random.pick(rotAreas) }),
  clock: (draws, kind) => {
    return { kind, target: draws.target(), jump: draws.random.between(-10_000, 10_000) }
  },
  'clock-step': (draws, kind) => ({ kind, target: draws.target(), jump: draws.duration(0.02, 20) }),
  'clock-strobe': (draws, kind) => {
    const jump = draws.random.between(-10_000, 10_000)
    const period = draws.random.magnitude(1, 100)
    return { kind, target: draws.target(), jump, period, duration: draws.duration(0.1, 3) }
  },
  'clock-drift': (draws, kind) => {
    const rate = draws.random.between(0.9, 1.1)
    return { kind, target: draws.target(), rate, duration: draws.duration(0.5, 10) }
  },
  isolate: (draws, kind) => {
    const target = draws.target()
    return { kind, target, direction: draws.direction(), silent: draws.coin(), duration: draws.duration() }
  },
  partition: (draws, kind) => {
    const side = draws.side()
    return { kind, side, direction: draws.direction(), silent: draws.coin(), duration: draws.duration() }
  },
  bridge: (draws, kind) => {
    const target = draws.target()
    return { kind, target, side: draws.side(), silent: draws.coin(), duration: draws.duration() }
  },
  ring: ordered,
  chain: ordered,
  break: (draws, kind) => ({ kind, ...draws.pair() }),
  clog: (draws, kind) => {
    const { a, b } = draws.pair()
    return { kind, from: a, to: b, duration: draws.duration() }
  },
  hold: (draws, kind) => ({ kind, ...draws.pair(), duration: draws.duration() }),
  flap: (draws, kind) => {
    const period = draws.duration(0.02, 1)
    return {
      kind,
      ...draws.pair(),
      silent: draws.coin(),
      period,
      duration: period * draws.random.between(2, 10),
    }
  },
}

/** Draws one fault of a kind. */
export function drawAction(random: Random, kind: PlannedKind, frame: ActionFrame): FaultAction {
  const draw = drawers[kind] as Drawer<PlannedKind>
  return draw(new Draws(random, frame), kind)
}
