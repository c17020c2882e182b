import type { NodeId, TransportEvents } from '@quorate/core'
import { QuorateError, assert } from '@quorate/core'
import { Connection } from './connection.ts'
import {
  decodeGreeting,
  decodeRefusal,
  encodeGreeting,
  encodeRefusal,
  frameTypes,
  protocolVersion,
  refusalOf,
} from './link-protocol.ts'
import type { FrameType, Greeting } from './link-protocol.ts'
import { connect } from './sockets.ts'
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
export class PeerLink {
  readonly peer: NodeId
  private readonly context: LinkContext
  private address: SocketAddress
  private current: Connection | undefined
  /** How the peer introduced itself in the current session. */
  private greeting: Greeting | undefined
  private dialled: Connection | undefined
  private timer: NodeJS.Timeout | undefined
  private delay: number
  private sessions = 0
  private lastComplaint = ''
  private isClosed = false
  private isRemoved = false

  constructor(peer: NodeId, address: SocketAddress, context: LinkContext) {
    this.peer = peer
    this.address = address
    this.context = context
    this.delay = context.settings.reconnect.min
  }

  get isUp(): boolean {
    return this.current !== undefined
  }

  start(): void {
    if (this.dials) this.dial()
    else this.knock()
  }

  moveTo(address: SocketAddress): void {
    const isSame = address.host === this.address.host && address.port === this.address.port
    this.address = address
    if (!isSame && this.dials && !this.isUp) this.dialNow()
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

  /** Ends the link without a word to the owner. */
  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    this.current?.close('the transport was closed')
    this.dialled?.close('the transport was closed')
  }

  /** Ends the link because the peer is none any more. The owner is told, later, if there was a session. */
  remove(): void {
    if (this.current === undefined) return this.close()
    clearTimeout(this.timer)
    this.isRemoved = true
    this.current.close('the peer was removed')
  }

  tick(): void {
    if (this.current !== undefined && this.current.tick() >= ticksOfSilence) {
      this.current.close(`replica ${this.peer} said nothing for ${this.context.settings.silenceTimeout} ms`)
    }
  }

  /** Takes a connection on which the peer said hello: it replaces the current one, unless that is newer. */
  accept(connection: Connection, greeting: Greeting): void {
    if (this.dials) return this.refuse(connection, `replica ${this.self} dials replica ${this.peer}, not the other way`)
    if (this.current !== undefined && isOlder(greeting, this.greeting!)) {
      return this.refuse(connection, 'there is a newer link')
    }
    connection.sendControl(this.greet(frameTypes.welcome))
    this.begin(connection, greeting)
  }

  /** The peer has started and waits to be dialled. */
  heedKnock(greeting: Greeting): void {
    if (!this.dials || this.isClosed) return
    if (this.current === undefined) return this.dialNow()
    // The session's other end is a process that is no more.
    if (greeting.run !== this.greeting?.run) this.current.close(`replica ${this.peer} has started anew`)
  }

  /** A data frame or a ping on the connection. */
  receive(connection: Connection, frame: Uint8Array): void {
    if (this.current !== connection) return
    if (frame[0] === frameTypes.data) return this.context.events.frame(this.peer, frame.subarray(1))
    if (frame[0] !== frameTypes.ping) throw new QuorateError('DECODE', `a frame of type ${frame[0]} within a session`)
  }

  /** The connection, which may or may not carry the session, is gone. */
  ended(connection: Connection, reason: string): void {
    if (this.current === connection) {
      this.context.settings.logger.info({ peer: this.peer, reason }, 'link down')
      this.end()
      if (this.dials) this.dialLater(this.context.settings.reconnect.min * this.context.settings.random())
    }
    if (this.dialled === connection) this.dialled = undefined
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
    if (this.isClosed) return connection.close('the transport was closed')
    connection.trust(this.context.settings.maxFrameBytes)
    this.current = connection
    this.greeting = greeting
    this.delay = this.context.settings.reconnect.min
    this.lastComplaint = ''
    this.context.settings.logger.info({ peer: this.peer, session: greeting.session }, 'link up')
    this.context.events.peerUp(this.peer)
  }

  private end(): void {
    this.current = undefined
    if (!this.isClosed) this.context.events.peerDown(this.peer)
  }

  private refuse(connection: Connection, reason: string): void {
    connection.closeAfter(encodeRefusal(reason), reason)
  }

  private dialNow(): void {
    if (this.dialled !== undefined || this.isUp) return
    this.delay = this.context.settings.reconnect.min
    this.dial()
  }

  private dialLater(delay: number): void {
    if (this.isClosed || this.isRemoved) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.dial(), delay)
  }

  private dial(): void {
    clearTimeout(this.timer)
    if (this.isClosed || this.isUp) return
    const { settings } = this.context
    const late = setTimeout(() => connection.close('no answer in time'), settings.greetingTimeout)
    let wasRefused = false
    const connection: Connection = new Connection(connect(this.address), {
      frame: (frame) => {
        if (this.current === connection) return this.receive(connection, frame)
        clearTimeout(late)
        wasRefused = !this.hearAnswer(connection, frame)
      },
      closed: (reason) => {
        clearTimeout(late)
        const wasUp = this.current === connection
        this.ended(connection, reason)
        if (wasUp || this.isUp || this.isClosed) return
        this.complain(`${this.address.host}:${this.address.port}: ${reason}`)
        this.dialLater(wasRefused ? settings.refusedDelay : this.nextDelay())
      },
    })
    this.dialled = connection
    this.sessions += 1
    connection.sendControl(this.greet(frameTypes.hello))
  }

  /** The answer to a hello. False: it is no. */
  private hearAnswer(connection: Connection, frame: Uint8Array): boolean {
    if (frame[0] === frameTypes.refusal) {
      connection.close(`refused: ${decodeRefusal(frame)}`)
      return false
    }
    if (frame[0] !== frameTypes.welcome) throw new QuorateError('DECODE', `a frame of type ${frame[0]} for an answer`)
    const greeting = decodeGreeting(frame)
    const refusal =
      refusalOf(greeting, this.self, this.context.settings.identity) ??
      (greeting.from === this.peer ? undefined : `it is replica ${greeting.from}, not ${this.peer}: check the addresses`)
    if (refusal !== undefined) {
      connection.close(refusal)
      return false
    }
    this.begin(connection, greeting)
    return true
  }

  /** Tells the peer, whose part it is to dial, that this replica is there. That it does not arrive does no harm. */
  private knock(): void {
    const connection: Connection = new Connection(connect(this.address), {
      frame: () => connection.close('knocked'),
      closed: () => {},
    })
    connection.closeAfter(this.greet(frameTypes.knock), 'knocked')
  }

  private greet(type: FrameType): Uint8Array {
    const { settings, run } = this.context
    return encodeGreeting(type, {
      version: protocolVersion,
      identity: settings.identity,
      from: this.self,
      to: this.peer,
      incarnation: settings.incarnation,
      run,
      session: this.sessions,
    })
  }

  /** The delay before the next attempt: doubled each time, and anything between half and all of that. */
  private nextDelay(): number {
    const { reconnect, random } = this.context.settings
    const delay = this.delay
    this.delay = Math.min(reconnect.max, delay * 2)
    return delay * (0.5 + random() / 2)
  }
}

/** Was `greeting` sent before `current`, by a process that is gone or as an attempt that was given up? */
function isOlder(greeting: Greeting, current: Greeting): boolean {
  if (greeting.run === current.run) return greeting.session <= current.session
  return greeting.incarnation < current.incarnation
}
