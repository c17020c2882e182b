import { QuorateError, assert } from '@quorate/core'
import type { NodeId, TransportEvents } from '@quorate/core'
import type { Connection } from './connection.ts'
import { Dialer } from './dialer.ts'
import type { DialerOwner } from './dialer.ts'
import { encodeGreeting, encodeRefusal, frameTypes, protocolVersion } from './link-protocol.ts'
import type { FrameType, Greeting } from './link-protocol.ts'
import type { SocketAddress } from './sockets.ts'
import type { TcpSettings } from './tcp-options.ts'

/** What a link is given by its transport. */
export interface LinkContext {
  readonly settings: TcpSettings
  /** A random number for this run of the process. */
  readonly run: number
  readonly events: TransportEvents
}

/** Silent intervals after which a peer counts as gone; the interval is a part of `silenceTimeout`. */
export const ticksOfSilence = 4

/**
 * The link to one peer. The replica with the lower id dials, and goes on trying; the other one waits, and knocks once
 * when it starts, so that it need not wait long.
 */
export class PeerLink implements DialerOwner {
  readonly peer: NodeId
  private readonly context: LinkContext
  private readonly dialer: Dialer
  private current: Connection | undefined
  /** How the peer introduced itself in the current session. */
  private greeting: Greeting | undefined
  private lastComplaint = ''
  /** Is nothing to be told any more? */
  private isClosed = false

  constructor(peer: NodeId, address: SocketAddress, context: LinkContext) {
    this.peer = peer
    this.context = context
    this.dialer = new Dialer(peer, address, context.settings, this)
  }

  start(): void {
    if (this.dials) this.dialer.dial()
    else this.dialer.knock()
  }

  moveTo(address: SocketAddress): void {
    const isNew = this.dialer.moveTo(address)
    if (isNew && this.dials && this.current === undefined) this.dialer.dialAnew()
  }

  send(bytes: Uint8Array): boolean {
    const connection = this.current
    const { maxQueuedBytes, maxFrameBytes } = this.context.settings
    assert(bytes.length <= maxFrameBytes, 'a frame is at most maxFrameBytes long', { bytes: bytes.length })
    if (connection === undefined || !connection.isOpen) return true
    const backlog = connection.backlog
    if (backlog > 0 && backlog + bytes.length > maxQueuedBytes) return false
    connection.send(bytes)
    return true
  }

  reset(): void {
    this.current?.close('the replica reset the link')
  }

  /** Ends the link because the peer is none any more. The owner is told, later, if there was a session. */
  remove(): void {
    this.dialer.stop()
    this.current?.close('the peer was removed')
  }

  /** Ends the link without a word to the owner. */
  close(): void {
    this.isClosed = true
    this.dialer.stop()
    this.current?.close('the transport was closed')
  }

  tick(): void {
    if (this.current !== undefined && this.current.tick() >= ticksOfSilence) {
      this.current.close(`replica ${this.peer} said nothing for ${this.context.settings.silenceTimeout} ms`)
    }
  }

  /** Takes a connection on which the peer said hello: it replaces the current one, unless that is newer. */
  accept(connection: Connection, greeting: Greeting): void {
    if (this.dials)
      return refuse(connection, `replica ${this.self} dials replica ${this.peer}, not the other way`)
    if (this.current !== undefined && isOlder(greeting, this.greeting!)) {
      return refuse(connection, 'there is a newer link')
    }
    connection.sendControl(this.greet(frameTypes.welcome, greeting.session))
    this.begin(connection, greeting)
  }

  /** The peer has started and waits to be dialled. */
  heedKnock(greeting: Greeting): void {
    if (!this.dials) return
    if (this.current === undefined) return this.dialer.dialAnew()
    // The session's other end is a process that is no more.
    if (greeting.run !== this.greeting?.run) this.current.close(`replica ${this.peer} has started anew`)
  }

  greet(type: FrameType, session: number): Uint8Array {
    const { settings, run } = this.context
    return encodeGreeting(type, {
      version: protocolVersion,
      identity: settings.identity,
      from: this.self,
      to: this.peer,
      incarnation: settings.incarnation,
      run,
      session,
    })
  }

  welcomed(connection: Connection, greeting: Greeting): void {
    this.begin(connection, greeting)
  }

  receive(connection: Connection, frame: Uint8Array): void {
    if (this.current !== connection) return
    if (frame[0] === frameTypes.data) return this.context.events.frame(this.peer, frame.subarray(1))
    if (frame[0] !== frameTypes.ping)
      throw new QuorateError('DECODE', `a frame of type ${frame[0]} within a session`)
  }

  ended(connection: Connection, reason: string): void {
    if (this.current !== connection) return
    this.context.settings.logger.info({ peer: this.peer, reason }, 'link down')
    this.end()
    if (this.dials) this.dialer.dialSoon()
  }

  complain(reason: string): void {
    const { logger } = this.context.settings
    const isNew = reason !== this.lastComplaint
    this.lastComplaint = reason
    // Once loudly, then quietly: it comes again with every attempt.
    if (isNew) logger.warn({ peer: this.peer, reason }, 'no link')
    else logger.debug({ peer: this.peer, reason }, 'no link')
  }

  private get self(): NodeId {
    return this.context.settings.self
  }

  private get dials(): boolean {
    return this.self < this.peer
  }

  private begin(connection: Connection, greeting: Greeting): void {
    if (this.current !== undefined) {
      const old = this.current
      this.end()
      old.close('a newer link replaced it')
    }
    connection.trust(this.context.settings.maxFrameBytes)
    this.current = connection
    this.greeting = greeting
    this.lastComplaint = ''
    this.context.settings.logger.info({ peer: this.peer, session: greeting.session }, 'link up')
    this.context.events.peerUp(this.peer)
  }

  private end(): void {
    this.current = undefined
    if (!this.isClosed) this.context.events.peerDown(this.peer)
  }
}

function refuse(connection: Connection, reason: string): void {
  connection.closeAfter(encodeRefusal(reason), reason)
}

/** Was `greeting` sent before `current`, by a process that is gone or as an attempt that was given up? */
function isOlder(greeting: Greeting, current: Greeting): boolean {
  if (greeting.run === current.run) return greeting.session <= current.session
  return greeting.incarnation < current.incarnation
}
