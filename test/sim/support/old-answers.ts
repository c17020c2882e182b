import type { NodeId, TransportEvents } from '@quorate/core'
import { Random, type SimCluster } from '@quorate/sim'

/** How often a follower forgets. Times in milliseconds. */
export interface Forgetting {
  /** The mean time between two attempts. */
  readonly every: number
  /** For how long its disk says that it has written what it has not. */
  readonly from: number
  readonly to: number
}

/** The longest that one attempt goes on. */
const longest = 3000

/**
 * Answers that outlive what they vouch for (L9). Again and again a follower loses what it has acknowledged and comes back,
 * and only when its leader knows that they had lost each other does it hear what the follower had said. Then the leader
 * is cut off, and the third replica, which was, no longer is: the two elect.
 *
 * The transport breaks its word here: it delivers frames of a session that has ended. Raft says that it does not rely on that. No
 * answer of that time arrives any sooner, so a right engine has counted on nothing that is lost.
 */
export class OldAnswers {
  private readonly cluster: SimCluster
  private readonly random: Random
  private readonly receivers = new Map<NodeId, TransportEvents>()
  private isBusy = false

  constructor(cluster: SimCluster, { every, from, to }: Forgetting, seed: number, end: number) {
    this.cluster = cluster
    this.random = new Random(seed).split('old answers')
    this.meetReceivers()
    for (let at = this.random.exponential(every); at < end - longest; at += this.random.exponential(every)) {
      const duration = this.random.magnitude(from, to)
      this.later(at, () => this.begin(duration))
    }
  }

  /** Gets to know who takes what arrives. */
  private meetReceivers(): void {
    const { network, nodes } = this.cluster
    for (const a of nodes.keys()) {
      for (const b of nodes.keys()) {
        if (a >= b) continue
        const link = network.link(a, b)
        const attach = link.attach.bind(link)
        link.attach = (node, owner, events) => {
          this.receivers.set(node, events)
          attach(node, owner, events)
        }
      }
    }
  }

  private begin(duration: number): void {
    const { cluster, random } = this
    const { leader } = cluster
    const others = [...cluster.nodes.keys()].filter((node) => node !== leader)
    const [forgetful, third] = random.shuffle(others)
    if (this.isBusy || leader === undefined || forgetful === undefined || third === undefined) return
    if (!others.every((node) => cluster.node(node).process?.isRunning === true)) return
    this.isBusy = true
    cluster.note(0, () => `${forgetful} will forget what it tells ${leader}`)
    const rejoin = this.isolate(third)
    const release = this.hold(forgetful, leader)
    this.forget(forgetful, duration)
    const known = duration + random.between(10, 30)
    this.later(known, () => {
      cluster.note(0, () => `what ${forgetful} told ${leader} arrives`)
      for (const bytes of release()) this.receivers.get(leader)?.frame(forgetful, bytes)
    })
    this.later(known + random.between(1, 20), () => {
      rejoin()
      const heal = this.isolate(leader)
      this.later(random.between(1000, 2000), () => {
        heal()
        this.isBusy = false
      })
    })
  }

  /** The disk of `node` lies for so long, and then its power fails. */
  private forget(node: NodeId, duration: number): void {
    const { cluster, random } = this
    cluster.node(node).disk.trouble.lie(duration)
    this.later(duration, () => {
      cluster.crash(node)
      this.later(random.magnitude(5, 200), () => cluster.start(node))
    })
  }

  /** Cuts a replica off without a word. Gives what ends it. */
  private isolate(node: NodeId): () => void {
    const { network, nodes } = this.cluster
    const others = [...nodes.keys()].filter((other) => other !== node)
    const paths = others.flatMap((other) => [[node, other] as const, [other, node] as const])
    for (const [from, to] of paths) network.cut(from, to, true)
    return () => {
      for (const [from, to] of paths) network.heal(from, to)
    }
  }

  /** Takes what `from` sends `to` off the network. Gives what ends that, and gives what was taken. */
  private hold(from: NodeId, to: NodeId): () => readonly Uint8Array[] {
    const link = this.cluster.network.link(from, to)
    const send = link.send.bind(link)
    const held: Uint8Array[] = []
    link.send = (node, bytes) => (node === from ? held.push(bytes) > 0 : send(node, bytes))
    return () => {
      link.send = send
      return held
    }
  }

  private later(delay: number, run: () => void): void {
    this.cluster.scheduler.after(delay, 'fault', undefined, run)
  }
}
