import type { NodeId, Transport, TransportEvents } from '@quorate/core'
import { type Tag, tagBytes, tagged } from './tagged-frame.ts'

/** One thing that a transport told its owner. */
export type Told =
  | { readonly type: 'up' | 'down'; readonly peer: NodeId }
  | { readonly type: 'frame'; readonly peer: NodeId; readonly bytes: Uint8Array }

/** What is sent to one peer. */
interface Outgoing {
  /** Sessions that this end was told of. */
  sessions: number
  isUp: boolean
  sequence: number
}

/** One life of a node: its transport, what that told, and what was sent. */
export class TransportEnd implements TransportEvents {
  readonly node: NodeId
  readonly transport: Transport
  readonly told: Told[] = []
  /** What the transport did that no transport may do, if anything. */
  fault: string | undefined
  /** Called with every frame, while it is told. */
  onFrame: (peer: NodeId, bytes: Uint8Array) => void = () => {}
  private readonly life: number
  private readonly outgoing = new Map<NodeId, Outgoing>()
  private readonly lastFrames = new Map<NodeId, Uint8Array>()
  private sending = 0
  private telling = 0
  private waiting: { readonly check: () => boolean; readonly resolve: () => void }[] = []

  constructor(node: NodeId, life: number, transport: Transport) {
    this.node = node
    this.life = life
    this.transport = transport
  }

  peerUp(peer: NodeId): void {
    const outgoing = this.outgoingTo(peer)
    outgoing.sessions += 1
    outgoing.isUp = true
    outgoing.sequence = 0
    this.tell({ type: 'up', peer })
  }

  peerDown(peer: NodeId): void {
    this.outgoingTo(peer).isUp = false
    this.tell({ type: 'down', peer })
  }

  frame(peer: NodeId, bytes: Uint8Array): void {
    this.lastFrames.set(peer, bytes)
    this.tell({ type: 'frame', peer, bytes }, () => this.onFrame(peer, bytes))
  }

  /** Sends the next frame to a peer, which tells where it belongs. False: it was not taken. */
  send(peer: NodeId, size: number = tagBytes): boolean {
    const outgoing = this.outgoingTo(peer)
    const session = outgoing.isUp ? outgoing.sessions : 0
    const frame = tagged({ life: this.life, session, sequence: outgoing.sequence }, size)
    this.sending += 1
    const isTaken = this.transport.send(peer, frame)
    this.sending -= 1
    if (isTaken) outgoing.sequence += 1
    return isTaken
  }

  /** The tag of the frame that was sent to a peer last. */
  lastSent(peer: NodeId): Tag {
    const { isUp, sessions, sequence } = this.outgoingTo(peer)
    return { life: this.life, session: isUp ? sessions : 0, sequence: sequence - 1 }
  }

  isUp(peer: NodeId): boolean {
    return this.outgoingTo(peer).isUp
  }

  count(type: Told['type'], peer: NodeId): number {
    return this.told.filter((each) => each.type === type && each.peer === peer).length
  }

  frames(peer: NodeId): Uint8Array[] {
    return this.told.flatMap((each) => (each.type === 'frame' && each.peer === peer ? [each.bytes] : []))
  }

  lastFrame(peer: NodeId): Uint8Array | undefined {
    return this.lastFrames.get(peer)
  }

  /** Resolves once `check` holds; it is asked after everything that is told. */
  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push({ check, resolve }))
  }

  private outgoingTo(peer: NodeId): Outgoing {
    const known = this.outgoing.get(peer)
    if (known !== undefined) return known
    const added = { sessions: 0, isUp: false, sequence: 0 }
    this.outgoing.set(peer, added)
    return added
  }

  private tell(told: Told, then: () => void = () => {}): void {
    if (this.sending > 0) this.fault ??= `${told.type} was told from within send`
    if (this.telling > 0) this.fault ??= `${told.type} was told while something else was`
    this.told.push(told)
    this.telling += 1
    try {
      then()
    } finally {
      this.telling -= 1
      const ready = this.waiting.filter(({ check }) => check())
      this.waiting = this.waiting.filter((each) => !ready.includes(each))
      for (const { resolve } of ready) resolve()
    }
  }
}
