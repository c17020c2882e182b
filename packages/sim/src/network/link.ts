import { type LinkNeeds, type NodeId, type TransportEvents, finish, mix } from '@quorate/core'
import type { Random } from '../random/random.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { EventOwner } from '../time/sim-event.ts'
import type { NetworkConditions } from './network-conditions.ts'
import { Path } from './path.ts'

/** What a link shares with the network it is part of. */
export interface LinkHost {
  readonly scheduler: Scheduler
  readonly mode: LinkNeeds
  readonly conditions: NetworkConditions
  /** A frame arrived. */
  delivered(from: NodeId, to: NodeId, bytes: Uint8Array): void
  /** A frame was lost, duplicated or delayed out of its order. */
  disturbed(kind: 'loss' | 'duplicate' | 'reorder', from: NodeId, to: NodeId): void
  session(change: 'up' | 'down', node: NodeId, peer: NodeId): void
}

/** One end: a process, and the session that it believes in (0: none). */
interface LinkEnd {
  readonly node: NodeId
  readonly outgoing: Path
  owner: EventOwner | undefined
  events: TransportEvents | undefined
  session: number
}

/**
 * The link between two nodes. A session is alive from the moment it is made until something breaks it; each end is told
 * of both a while later, and what is sent in between is lost. Only frames of the session that is alive, and that the
 * receiver has been told of, are delivered.
 */
export class Link {
  private readonly ends: readonly [LinkEnd, LinkEnd]
  private readonly host: LinkHost
  private readonly random: Random
  /** The session that is alive; 0: none. */
  private alive = 0
  private sessions = 0
  private connecting = false

  constructor(a: NodeId, b: NodeId, host: LinkHost, random: Random) {
    const end = (node: NodeId): LinkEnd => {
      return { node, outgoing: new Path(), owner: undefined, events: undefined, session: 0 }
    }
    this.ends = [end(a), end(b)]
    this.host = host
    this.random = random
  }

  /** A process begins to take part. */
  attach(node: NodeId, owner: EventOwner, events: TransportEvents): void {
    const end = this.end(node)
    end.owner = owner
    end.events = events
    this.tryConnect()
  }

  /** The process is gone. */
  detach(node: NodeId): void {
    const end = this.end(node)
    end.owner = undefined
    end.events = undefined
    end.session = 0
    this.break()
  }

  /** Queues a frame at `node`'s end; false if the path is full. */
  send(node: NodeId, bytes: Uint8Array): boolean {
    const end = this.end(node)
    const path = end.outgoing
    if (end.session === 0 || end.session !== this.alive) return true
    if (path.load >= this.host.conditions.capacity) return this.host.mode === 'any'
    if (this.host.mode === 'fifo') this.sendInOrder(path, end, bytes)
    else this.sendAnyhow(path, end, bytes)
    return true
  }

  /** Ends the session. `by` is told at once, others with a delay. */
  break(by?: NodeId): void {
    const session = this.alive
    if (session === 0) return
    this.alive = 0
    for (const end of this.ends) {
      end.outgoing.clear()
      if (end.session !== session) continue
      const delay = end.node === by ? 0 : this.random.exponential(this.host.conditions.noticeDelay)
      this.host.scheduler.after(delay, 'link', end.owner, () => this.tellDown(end, session))
    }
    this.tryConnect()
  }

  /** Makes a new session in place of the one that `node` knows of. */
  reset(node: NodeId): void {
    if (this.end(node).session === this.alive) this.break(node)
  }

  /** Nothing from `from` reaches the other end any more. `silent`: the session stays until somebody notices. */
  cut(from: NodeId, silent: boolean): void {
    this.end(from).outgoing.cuts += 1
    if (!silent) return this.break()
    const session = this.alive
    if (session === 0 || this.host.mode === 'any') return
    this.host.scheduler.after(
      this.random.between(0.5, 1.5) * this.host.conditions.keepalive,
      'link',
      undefined,
      () => {
        if (this.alive === session && this.ends.some(({ outgoing }) => outgoing.isCut)) this.break()
      },
    )
  }

  /** Takes one cut back. */
  heal(from: NodeId): void {
    const end = this.end(from)
    const path = end.outgoing
    path.cuts = Math.max(0, path.cuts - 1)
    if (path.isCut) return
    const { stalled } = path
    path.stalled = 0
    for (let i = 0; i < stalled; i++) this.scheduleOldest(path, end, this.arrival(1), 0)
    this.tryConnect()
  }

  /** Nothing from `from` arrives before `time`, in microseconds. */
  clog(from: NodeId, time: number): void {
    const path = this.end(from).outgoing
    path.cloggedUntil = Math.max(path.cloggedUntil, time)
  }

  /** What is sent from now on takes as long as usual again. */
  unclog(from: NodeId): void {
    this.end(from).outgoing.cloggedUntil = 0
  }

  /** Does nothing that `from` sends arrive? */
  isCut(from: NodeId): boolean {
    return this.end(from).outgoing.isCut
  }

  private tryConnect(): void {
    if (this.connecting || !this.canConnect()) return
    this.connecting = true
    const delay = this.host.conditions.connectDelay * this.random.between(0.5, 1.5)
    this.host.scheduler.after(delay, 'link', undefined, () => {
      this.connecting = false
      if (this.canConnect()) this.connect()
    })
  }

  private canConnect(): boolean {
    const ready = (end: LinkEnd): boolean =>
      end.events !== undefined && end.session === 0 && !end.outgoing.isCut
    return this.alive === 0 && this.ends.every(ready)
  }

  /** One end learns of the new session first; the other when the first frame could reach it. */
  private connect(): void {
    const session = ++this.sessions
    this.alive = session
    const [first, second] = this.random.chance(0.5) ? this.ends : [this.ends[1], this.ends[0]]
    const { scheduler } = this.host
    scheduler.after(0, 'link', first.owner, () => this.tellUp(first, session))
    const later = scheduler.after(this.delay(), 'link', second.owner, () => this.tellUp(second, session))
    first.outgoing.lastArrival = later.time
    second.outgoing.lastArrival = later.time
  }

  private tellUp(end: LinkEnd, session: number): void {
    if (this.alive !== session || end.session !== 0) return
    const peer = this.other(end)
    end.session = session
    this.host.session('up', end.node, peer.node)
    end.events?.peerUp(peer.node)
  }

  private tellDown(end: LinkEnd, session: number): void {
    if (end.session !== session) return
    const peer = this.other(end)
    end.session = 0
    this.host.session('down', end.node, peer.node)
    end.events?.peerDown(peer.node)
    this.tryConnect()
  }

  private sendInOrder(path: Path, from: LinkEnd, bytes: Uint8Array): void {
    path.load += 1
    path.queue.push(bytes)
    const time = Math.max(this.arrival(1), path.lastArrival)
    path.lastArrival = this.scheduleOldest(path, from, time, hashOf(bytes))
  }

  private sendAnyhow(path: Path, from: LinkEnd, bytes: Uint8Array): void {
    const { random, host } = this
    const to = this.other(from)
    const hash = hashOf(bytes)
    if (random.chance(host.conditions.duplicate)) {
      host.disturbed('duplicate', from.node, to.node)
      this.scheduleFrame(path, from, bytes, this.arrival(random.between(1, 20)), hash)
    }
    if (random.chance(host.conditions.loss)) {
      host.disturbed('loss', from.node, to.node)
    } else if (random.chance(host.conditions.reorder)) {
      host.disturbed('reorder', from.node, to.node)
      this.scheduleFrame(path, from, bytes, this.arrival(random.between(1, 10)), hash)
    } else {
      const time = Math.max(this.arrival(1), path.lastArrival)
      path.lastArrival = this.scheduleFrame(path, from, bytes, time, hash)
    }
  }

  /** Schedules the arrival of that frame; gives its time. */
  private scheduleFrame(path: Path, from: LinkEnd, bytes: Uint8Array, time: number, hash: number): number {
    const session = this.alive
    const to = this.other(from)
    path.load += 1
    const arrive = (): void => {
      if (this.alive !== session) return
      path.load -= 1
      if (!path.isCut) this.deliver(from, to, session, bytes)
    }
    return this.host.scheduler.at(Math.max(time, path.cloggedUntil), 'frame', to.owner, arrive, hash).time
  }

  /** Schedules the arrival of the oldest frame under way at that time; gives the time. */
  private scheduleOldest(path: Path, from: LinkEnd, time: number, hash: number): number {
    const session = this.alive
    const to = this.other(from)
    const arrive = (): void => {
      if (this.alive !== session) return
      if (path.isCut) {
        path.stalled += 1
        return
      }
      path.load -= 1
      this.deliver(from, to, session, path.queue.shift()!)
    }
    return this.host.scheduler.at(Math.max(time, path.cloggedUntil), 'frame', to.owner, arrive, hash).time
  }

  private deliver(from: LinkEnd, to: LinkEnd, session: number, bytes: Uint8Array): void {
    // A process that stood still may find the first frame before it is told of the session.
    if (to.session === 0 && this.host.mode === 'fifo') this.tellUp(to, session)
    if (to.session !== session) return
    this.host.delivered(from.node, to.node, bytes)
    to.events?.frame(from.node, bytes)
  }

  /** When what is sent now arrives, if it takes `factor` times as long as usual. Microseconds. */
  private arrival(factor: number): number {
    return this.host.scheduler.now + Math.ceil(this.delay() * factor * 1000)
  }

  /** One way, milliseconds. */
  private delay(): number {
    const { minDelay, meanDelay } = this.host.conditions
    return minDelay + this.random.exponential(meanDelay - minDelay)
  }

  private end(node: NodeId): LinkEnd {
    return this.ends[0].node === node ? this.ends[0] : this.ends[1]
  }

  private other(end: LinkEnd): LinkEnd {
    return end === this.ends[0] ? this.ends[1] : this.ends[0]
  }
}

/** So much of a frame goes into the trace: the message, and the first entry's index, epoch, time and request. */
const hashedBytes = 96

/** What clients wrote comes into the trace by the digests of the machines that apply it. */
function hashOf(bytes: Uint8Array): number {
  const { length } = bytes
  const words = Math.min(length, hashedBytes) >> 2
  let hash = mix(0, length)
  for (let i = 0; i < words * 4; i += 4) {
    hash = mix(hash, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
  }
  return finish(hash)
}
