import type { NodeId } from '@quorate/core'
import type { SimCluster } from '../cluster/sim-cluster.ts'
import type { Random } from '../random/random.ts'
import { carryOutClock } from './clock-faults.ts'
import { type ArmedCrash, ArmedCrashes } from './crashes.ts'
import { pathsOf } from './cut-paths.ts'
import { Cuts } from './cuts.ts'
import { carryOutDisk } from './disk-faults.ts'
import type {
  CrashAction,
  CutAction,
  DiskAction,
  FaultAction,
  FaultTarget,
  LinkAction,
  PlannedFault,
} from './fault-action.ts'
import { type FaultCounts, Tally } from './fault-kind.ts'

/**
 * Carries out a plan of faults, counts those that really happened, freezes what is broken for the liveness phase, and
 * mends everything in the end.
 */
export class Nemesis {
  /** What was done, to whom and when: a plan in which nothing waits for its moment or for who leads. */
  readonly done: PlannedFault[] = []
  private readonly cluster: SimCluster
  private readonly random: Random
  private readonly nodes: readonly NodeId[]
  private readonly armed = new ArmedCrashes()
  private readonly cuts: Cuts
  private readonly notAllowed = new Tally()
  private phase: 'chaos' | 'frozen' | 'mended' = 'chaos'
  /** Who is mended while everything else is frozen. */
  private core: readonly NodeId[] = []
  /** A replica whose disk failed is started again after so long, milliseconds. */
  private readonly repairTime: number

  constructor(cluster: SimCluster, random: Random) {
    this.cluster = cluster
    this.random = random
    this.nodes = [...cluster.nodes.keys()]
    this.cuts = new Cuts(cluster.network)
    this.repairTime = cluster.settings.engine.electionTimeout
    cluster.onSync = (node, duration) => this.onSync(node, duration)
    cluster.onElected = (node) => this.onElected(node)
    cluster.onBroken = (node) => this.onBroken(node)
  }

  /** Faults that would have harmed more data than the protocols survive, and did not happen. */
  get skipped(): FaultCounts {
    return this.notAllowed.all
  }

  /** Schedules every fault of a plan. */
  follow(plan: readonly PlannedFault[]): void {
    for (const { at, action } of plan) this.after(at, () => this.act(action))
  }

  /**
   * Mends a core: its links among each other, disks, processes. Nothing else changes any more: the others stay down,
   * paused, cut off, and their disks full, slow and stalled. (Frames that a clogged path holds do arrive.)
   *
   * @param isUniform a replica outside that reaches only a part of the core is made to reach all of it, or nobody
   */
  freeze(core: readonly NodeId[], isUniform: boolean): void {
    this.endChaos('frozen')
    this.core = core
    this.cuts.healWhere((from, to) => core.includes(from) && core.includes(to))
    for (const a of core) for (const b of core) if (a !== b) this.cluster.network.unclog(a, b)
    for (const [id, { disk }] of this.cluster.nodes) {
      if (core.includes(id)) {
        this.mend(id)
      } else {
        disk.trouble.freeze()
        if (isUniform) this.makeUniform(id, core)
      }
    }
  }

  private makeUniform(outsider: NodeId, core: readonly NodeId[]): void {
    const { network } = this.cluster
    const paths = core.flatMap((member) => [[outsider, member] as const, [member, outsider] as const])
    if (!paths.some(([from, to]) => network.isCut(from, to))) return
    if (this.random.chance(0.5)) void this.cuts.make(paths, false)
    else this.cuts.healWhere((from, to) => paths.some(([a, b]) => a === from && b === to))
  }

  /** Nothing goes wrong any more: mends all that is broken and starts all that is down and not lost. */
  mendAll(): void {
    this.endChaos('mended')
    this.cuts.healAll()
    for (const [id, { disk }] of this.cluster.nodes) {
      // What waits for a disk that hangs for good waits for good.
      if (disk.trouble.hangs) this.cluster.crash(id)
      this.mend(id)
    }
  }

  private endChaos(phase: 'frozen' | 'mended'): void {
    this.phase = phase
    this.armed.clear()
    this.cluster.network.calm()
  }

  private mend(node: NodeId): void {
    this.cluster.node(node).disk.mend()
    this.cluster.resume(node)
    this.cluster.start(node)
  }

  private act(action: FaultAction): void {
    if (!('moment' in action) || action.moment === 'now') this.enter(action)
    switch (action.kind) {
      case 'crash':
      case 'kill':
      case 'power-cut':
        return this.crash(action)
      case 'pause':
        return this.aim(action.target, (node) => this.pause(node, action.duration))
      case 'isolate':
      case 'partition':
      case 'bridge':
      case 'ring':
      case 'chain':
        return this.cut(action)
      case 'break':
      case 'clog':
      case 'hold':
      case 'flap':
        return this.disturb(action)
      case 'clock':
      case 'clock-step':
      case 'clock-strobe':
      case 'clock-drift':
        return this.aim(action.target, (node) => {
          carryOutClock(action, this.cluster.node(node).clock, (delay, run) => this.after(delay, run))
          this.happened(action.kind, node)
        })
      case 'disk-stall':
      case 'disk-slow':
      case 'disk-full':
      case 'disk-error':
      case 'write-error':
      case 'read-error':
      case 'lost-sync':
      case 'misdirected-write':
      case 'bit-rot':
        return this.aim(action.target, (node) => this.hurtDisk(node, action))
    }
  }

  private hurtDisk(node: NodeId, action: DiskAction): void {
    const { atlas, tally } = this.cluster
    const { disk } = this.cluster.node(node)
    const result = carryOutDisk(action, disk, this.random, atlas.mayHarm(node))
    if (result === 'forbidden') return this.notAllowed.add(action.kind)
    if (result === 'happened') tally.add(action.kind)
    if (result !== 'nothing') this.note(node, action.kind)
    if (result !== 'ordered' || action.kind !== 'lost-sync' || !action.crash) return
    const { downtime } = action
    this.after(action.duration, () => this.hit(node, { kind: 'crash', downtime }))
  }

  /** Finds who is meant; nothing happens if it is nobody. */
  private aim(target: FaultTarget, hit: (node: NodeId) => void): void {
    const node = this.find(target)
    if (node !== undefined) hit(node)
  }

  private find(target: FaultTarget): NodeId | undefined {
    const node = target === 'leader' ? this.cluster.leader : target
    return node !== undefined && this.cluster.nodes.has(node) ? node : undefined
  }

  private crash(action: CrashAction): void {
    if (action.moment === 'now') this.aim(action.target, (node) => this.hit(node, action))
    else this.armed.arm(action, this.find(action.target))
  }

  private hit(node: NodeId, { kind, downtime }: ArmedCrash): void {
    if (kind === 'power-cut') return this.cutPower(downtime)
    const really = kind === 'crash' ? this.cluster.crash(node) : this.cluster.kill(node)
    if (!really) return
    this.cluster.tally.add(kind)
    this.restartAfter(node, downtime)
  }

  /** The moment has come that a crash was waiting for. */
  private hitNow(node: NodeId, { kind, downtime }: ArmedCrash): void {
    this.enter({ kind, target: node, moment: 'now', downtime })
    this.hit(node, { kind, downtime })
  }

  private enter(action: FaultAction): void {
    const leader = 'target' in action && action.target === 'leader' ? this.cluster.leader : undefined
    const aimed = leader === undefined ? action : { ...action, target: leader }
    this.done.push({ at: this.cluster.scheduler.now / 1000, action: aimed })
  }

  /** Somewhere between the beginning of a sync and its end. */
  private onSync(node: NodeId, duration: number): void {
    const crash = this.armed.takeAtSync(node)
    if (crash !== undefined) this.after(this.random.between(0, duration), () => this.hitNow(node, crash))
  }

  /** Before, while or after its first messages arrive and its first entries are acknowledged. */
  private onElected(node: NodeId): void {
    const armed = this.armed.takeAtElection(node)
    if (armed === undefined || !this.cluster.nodes.has(armed.victim)) return
    const delay = this.random.exponential(3 * this.cluster.settings.network.meanDelay)
    this.after(delay, () => this.hitNow(armed.victim, armed.crash))
  }

  /** Its operator starts it again, unless everything is frozen and nobody cares for it. */
  private onBroken(node: NodeId): void {
    this.cluster.scheduler.after(this.repairTime, 'fault', undefined, () => {
      if (this.phase !== 'frozen' || this.core.includes(node)) this.cluster.start(node)
    })
  }

  private cutPower(downtime: number): void {
    this.cluster.tally.add('power-cut')
    for (const node of this.nodes) {
      if (this.cluster.crash(node)) this.restartAfter(node, downtime * this.random.between(0.9, 1.1))
    }
  }

  private pause(node: NodeId, duration: number): void {
    if (!this.cluster.pause(node)) return
    this.cluster.tally.add('pause')
    this.after(duration, () => this.cluster.resume(node))
  }

  private cut(action: CutAction): void {
    const target = 'target' in action ? this.find(action.target) : undefined
    const isHere = (node: NodeId): boolean => this.cluster.nodes.has(node)
    const paths = pathsOf(action, this.nodes, target).filter(([from, to]) => isHere(from) && isHere(to))
    if (paths.length === 0) return
    const cut = this.cuts.make(paths, action.silent)
    const what = paths.map(([from, to]) => `${from} -> ${to}`).join(', ')
    this.cluster.tally.add(action.kind)
    this.cluster.note(0, () => `${action.kind}: cut ${action.silent ? 'silently ' : ''}${what}`)
    this.after(action.duration, () => {
      if (this.cuts.heal(cut)) this.cluster.note(0, () => `healed: ${what}`)
    })
  }

  private disturb(action: LinkAction): void {
    const [a, b] = action.kind === 'clog' ? [action.from, action.to] : [action.a, action.b]
    const { network, nodes } = this.cluster
    if (a === b || !nodes.has(a) || !nodes.has(b)) return
    this.happened(action.kind, a, ` link with ${b}`)
    switch (action.kind) {
      case 'break':
        return network.link(a, b).break()
      case 'clog':
        return network.clog(a, b, action.duration)
      case 'hold':
        network.clog(a, b, action.duration)
        return network.clog(b, a, action.duration)
      case 'flap': {
        const paths = [[a, b] as const, [b, a] as const]
        for (let at = 0; at < action.duration; at += action.period) {
          this.after(at, () => {
            const cut = this.cuts.make(paths, action.silent)
            this.after(action.period / 2, () => this.cuts.heal(cut))
          })
        }
      }
    }
  }

  private restartAfter(node: NodeId, downtime: number): void {
    this.after(downtime, () => this.cluster.start(node))
  }

  private happened(kind: FaultAction['kind'], node: NodeId, more = ''): void {
    this.cluster.tally.add(kind)
    this.note(node, `${kind}${more}`)
  }

  private note(node: NodeId, what: string): void {
    this.cluster.note(node, () => `fault: ${what}`)
  }

  /** Does something later, unless the time for faults is over by then. */
  private after(delay: number, run: () => void): void {
    this.cluster.scheduler.after(delay, 'fault', undefined, () => {
      if (this.phase === 'chaos') run()
    })
  }
}
