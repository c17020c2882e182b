import { type Membership, type NodeId, membersOf } from '@quorate/core'
import { Random, type SimCluster } from '@quorate/sim'
import { type Change, drawMembership } from './random-membership.ts'

/** Changes of membership that come thick and fast, and links that are cut where they hurt. Times in milliseconds. */
export interface Reshaping {
  /** The ways in which members change. */
  readonly changes: readonly Change[]
  /** The mean time between two requests. Each goes to all who lead then, or believe it. */
  readonly every: number
  /** How likely somebody who has just begun to lead is asked at once. */
  readonly atElections: number
  /** How likely links are cut when a replica takes a membership into its log: between those who have it and the others. */
  readonly rift: number
  /** How likely any one replica is on the wrong side of that. */
  readonly stray: number
  /** How long a rift lasts; another one takes its place. */
  readonly from: number
  readonly to: number
}

/** Milliseconds between two looks at what has changed. */
const lookEvery = 3

type Cut = readonly [from: NodeId, to: NodeId]

/** Changes the members of a cluster until `end`, and parts it along the lines of its memberships. */
export class Reshaper {
  private readonly cluster: SimCluster
  private readonly reshaping: Reshaping
  private readonly end: number
  private readonly random: Random
  private readonly known = new Map<NodeId, Membership>()
  private readonly leading = new Set<NodeId>()
  private cuts: readonly Cut[] = []

  constructor(cluster: SimCluster, reshaping: Reshaping, seed: number, end: number) {
    this.cluster = cluster
    this.reshaping = reshaping
    this.end = end
    this.random = new Random(seed).split('reshaping')
    for (let at = 0; at < end; at += lookEvery) this.at(at, () => this.look())
    for (let at = 0; at < end; at += this.random.exponential(reshaping.every))
      this.at(at, () => this.askAll())
    this.at(end, () => this.heal(this.cuts))
  }

  private look(): void {
    for (const [id, { process }] of this.cluster.nodes) {
      const view = process?.view
      if (process?.isRunning !== true || view === undefined) continue
      const { membership, established } = view
      if (established && !this.leading.has(id) && this.random.chance(this.reshaping.atElections)) this.ask(id)
      if (established) this.leading.add(id)
      else this.leading.delete(id)
      const before = this.known.get(id)
      this.known.set(id, membership)
      if (before === undefined || isSame(before, membership)) continue
      if (this.random.chance(this.reshaping.rift)) this.part(id, membership)
    }
  }

  private askAll(): void {
    for (const [id, { process }] of this.cluster.nodes) if (process?.view?.established === true) this.ask(id)
  }

  private ask(id: NodeId): void {
    const { cluster, random, reshaping } = this
    const now = cluster.node(id).process!.view!.membership
    const membership = drawMembership(random, random.pick(reshaping.changes), now, [...cluster.nodes.keys()])
    if (membership !== undefined) cluster.reconfigure(id, membership, () => {})
  }

  /** `id` and those who are new in its membership, or have it too, hear no more of the others. */
  private part(id: NodeId, membership: Membership): void {
    const { cluster, random, reshaping } = this
    const old = membersOf(cluster.membership)
    const nodes = [...cluster.nodes.keys()]
    const near = nodes.filter((node) => {
      const view = cluster.node(node).process?.view
      const isNear =
        node === id ||
        (membersOf(membership).includes(node) && !old.includes(node)) ||
        (view !== undefined && isSame(view.membership, membership))
      return node !== id && random.chance(reshaping.stray) ? !isNear : isNear
    })
    const far = nodes.filter((node) => !near.includes(node))
    this.heal(this.cuts)
    const cuts = near.flatMap((a) =>
      far.flatMap((b): Cut[] => [
        [a, b],
        [b, a],
      ]),
    )
    for (const [from, to] of cuts) cluster.network.cut(from, to, true)
    this.cuts = cuts
    cluster.note(0, () => `rift: ${near.join()} | ${far.join()}`)
    const duration = random.magnitude(reshaping.from, reshaping.to)
    this.at(Math.min(this.end, cluster.scheduler.now / 1000 + duration), () => this.heal(cuts))
  }

  /** Ends a rift, unless another one has taken its place. */
  private heal(cuts: readonly Cut[]): void {
    if (this.cuts !== cuts || cuts.length === 0) return
    for (const [from, to] of cuts) this.cluster.network.heal(from, to)
    this.cuts = []
    this.cluster.note(0, () => 'rift healed')
  }

  private at(time: number, run: () => void): void {
    const { scheduler } = this.cluster
    scheduler.after(time - scheduler.now / 1000, 'control', undefined, run)
  }
}

function isSame(a: Membership, b: Membership): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
