import type { NodeId } from '@quorate/core'
import type { SimCluster } from '../cluster/sim-cluster.ts'
import type { Random } from '../random/random.ts'
import type { CrashKind, CutDirection, FaultAction, FaultTarget, PlannedFault } from './fault-action.ts'

/** A crash that waits for its moment. */
interface ArmedCrash {
  readonly kind: CrashKind
  readonly downtime: number
}

/** Carries out a plan of faults, counts those that really happened, and mends everything in the end. */
export class Nemesis {
  private readonly cluster: SimCluster
  private readonly random: Random
  private readonly nodes: readonly NodeId[]
  private readonly atSync = new Map<NodeId, ArmedCrash>()
  private readonly atElection: (ArmedCrash & { readonly target: FaultTarget })[] = []
  /** Paths cut now: undone when their time is up, or in the end. */
  private readonly cuts = new Set<() => void>()
  private isOver = false
  /** A replica whose disk failed is started again after so long, milliseconds. */
  private readonly repairTime: number

  constructor(cluster: SimCluster, random: Random) {
    this.cluster = cluster
    this.random = random
    this.nodes = [...cluster.nodes.keys()]
    this.repairTime = cluster.settings.engine.electionTimeout
    cluster.onSync = (node, duration) => this.onSync(node, duration)
    cluster.onElected = (node) => this.onElected(node)
    cluster.onBroken = (node) => this.restartAfter(node, this.repairTime)
  }

  /** Schedules every fault of a plan. */
  follow(plan: readonly PlannedFault[]): void {
    for (const { at, action } of plan) this.after(at, () => this.act(action))
  }

  /** Nothing goes wrong any more: mends all that is broken and starts all that is down. */
  mendAll(): void {
    this.isOver = true
    this.atSync.clear()
    this.atElection.length = 0
    this.cluster.network.calm()
    for (const heal of this.cuts) heal()
    for (const [id, { disk }] of this.cluster.nodes) {
      disk.mend()
      this.cluster.resume(id)
      this.cluster.start(id)
    }
  }

  private act(action: FaultAction): void {
    if (this.isOver) return
    switch (action.kind) {
      case 'crash':
      case 'kill':
      case 'power-cut':
        return this.arm(action)
      case 'pause':
        return this.aim(action.target, (node) => this.pause(node, action.duration))
      case 'disk-stall':
        return this.aim(action.target, (node) => {
          this.cluster.node(node).disk.stall(action.duration)
          this.happened('disk-stall', node, `disk stalls for ${action.duration.toFixed(0)} ms`)
        })
      case 'disk-error':
        return this.aim(action.target, (node) => {
          this.cluster.node(node).disk.failNext()
          this.happened('disk-error', node, 'next sync fails')
        })
      case 'clock':
        return this.aim(action.target, (node) => {
          this.cluster.node(node).clock.skew += action.jump
          this.happened('clock', node, `clock jumps by ${action.jump.toFixed(0)} ms`)
        })
      case 'isolate':
        return this.aim(action.target, (node) => this.cut('isolate', [node], action))
      case 'partition':
        return this.cut('partition', action.side, action)
      case 'break':
        if (action.a === action.b) return
        this.cluster.network.link(action.a, action.b).break()
        return this.happened('break', action.a, `link to ${action.b} breaks`)
      case 'clog':
        if (action.from === action.to) return
        this.cluster.network.clog(action.from, action.to, action.duration)
        return this.happened(
          'clog',
          action.from,
          `path to ${action.to} is slow for ${action.duration.toFixed(0)} ms`,
        )
    }
  }

  /** Finds who is meant; nothing happens if it is nobody. */
  private aim(target: FaultTarget, hit: (node: NodeId) => void): void {
    const node = target === 'leader' ? this.cluster.leader : target
    if (node !== undefined) hit(node)
  }

  /** Lets a crash happen at its moment. */
  private arm({ kind, target, moment, downtime }: FaultAction & { kind: CrashKind }): void {
    const armed = { kind, downtime }
    if (moment === 'elected') this.atElection.push({ ...armed, target })
    else if (moment === 'sync') this.aim(target, (node) => this.atSync.set(node, armed))
    else this.aim(target, (node) => this.hit(node, armed))
  }

  private hit(node: NodeId, { kind, downtime }: ArmedCrash): void {
    if (this.isOver) return
    if (kind === 'power-cut') return this.cutPower(downtime)
    const really = kind === 'crash' ? this.cluster.crash(node) : this.cluster.kill(node)
    if (!really) return
    this.cluster.tally.add(kind)
    this.restartAfter(node, downtime)
  }

  /** Somewhere between the beginning of a sync and its end. */
  private onSync(node: NodeId, duration: number): void {
    const armed = this.atSync.get(node)
    if (armed === undefined) return
    this.atSync.delete(node)
    this.after(this.random.between(0, duration), () => this.hit(node, armed))
  }

  /** Before, while or after its first messages arrive and its first entries are acknowledged. */
  private onElected(node: NodeId): void {
    const armed = this.atElection.shift()
    if (armed === undefined) return
    const delay = this.random.exponential(3 * this.cluster.settings.network.meanDelay)
    const victim = armed.target === 'leader' ? node : armed.target
    this.after(delay, () => this.hit(victim, armed))
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

  private cut(
    kind: 'isolate' | 'partition',
    side: readonly NodeId[],
    { direction, silent, duration }: { direction: CutDirection; silent: boolean; duration: number },
  ): void {
    const { network } = this.cluster
    const others = this.nodes.filter((node) => !side.includes(node))
    const outward = side.flatMap((a) => others.map((b) => [a, b] as const))
    const inward = outward.map(([a, b]) => [b, a] as const)
    const paths = direction === 'both' ? [...outward, ...inward] : direction === 'out' ? outward : inward
    for (const [from, to] of paths) network.cut(from, to, silent)
    const heal = (): void => {
      if (!this.cuts.delete(heal)) return
      for (const [from, to] of paths) network.heal(from, to)
      this.cluster.note(0, () => `${side.join(', ')} | ${others.join(', ')} is healed`)
    }
    this.cuts.add(heal)
    this.after(duration, heal)
    this.happened(
      kind,
      0,
      `${side.join(', ')} | ${others.join(', ')} (${direction}${silent ? ', silently' : ''})`,
    )
  }

  private restartAfter(node: NodeId, downtime: number): void {
    this.after(downtime, () => this.cluster.start(node))
  }

  private happened(kind: FaultAction['kind'], node: NodeId, what: string): void {
    this.cluster.tally.add(kind)
    this.cluster.note(node, () => what)
  }

  private after(delay: number, run: () => void): void {
    this.cluster.scheduler.after(delay, 'fault', undefined, run)
  }
}
