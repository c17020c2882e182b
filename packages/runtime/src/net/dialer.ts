import { QuorateError } from '@quorate/core'
import type { NodeId } from '@quorate/core'
import { Connection } from './connection.ts'
import { decodeGreeting, decodeRefusal, frameTypes, refusalOf } from './link-protocol.ts'
import type { FrameType, Greeting } from './link-protocol.ts'
import { connect } from './sockets.ts'
import type { SocketAddress } from './sockets.ts'
import type { TcpSettings } from './tcp-options.ts'

/** What a dialer is given by its link. */
export interface DialerOwner {
  /** How this replica introduces itself. */
  greet(type: FrameType, session: number): Uint8Array
  /** The peer said welcome: the connection is the link's from here on. */
  welcomed(connection: Connection, greeting: Greeting): void
  /** A frame on a connection that is the link's. */
  receive(connection: Connection, frame: Uint8Array): void
  /** A connection that was the link's is gone. */
  ended(connection: Connection, reason: string): void
  /** An attempt failed. */
  complain(reason: string): void
}

/** Connects to a peer, and goes on trying: soon at first, then less and less often, up to a limit. */
export class Dialer {
  private readonly peer: NodeId
  private readonly settings: TcpSettings
  private readonly owner: DialerOwner
  private address: SocketAddress
  private attempt: Connection | undefined
  private timer: NodeJS.Timeout | undefined
  private delay: number
  private sessions = 0
  private isStopped = false

  constructor(peer: NodeId, address: SocketAddress, settings: TcpSettings, owner: DialerOwner) {
    this.peer = peer
    this.address = address
    this.settings = settings
    this.owner = owner
    this.delay = settings.reconnect.min
  }

  /** Where to connect, from the next attempt on. True if that is new. */
  moveTo(address: SocketAddress): boolean {
    const isNew = address.host !== this.address.host || address.port !== this.address.port
    this.address = address
    return isNew
  }

  /** Tries now, unless an attempt is under way. Only for a link that is down. */
  dial(): void {
    if (this.isStopped || this.attempt !== undefined) return
    clearTimeout(this.timer)
    this.sessions += 1
    const late = setTimeout(() => connection.close('no answer in time'), this.settings.greetingTimeout)
    let state: 'asking' | 'refused' | 'welcomed' = 'asking'
    const connection: Connection = new Connection(connect(this.address), {
      frame: (frame) => {
        if (state === 'welcomed') return this.owner.receive(connection, frame)
        clearTimeout(late)
        state = this.hearAnswer(connection, frame)
      },
      closed: (reason) => {
        clearTimeout(late)
        if (state === 'welcomed') return this.owner.ended(connection, reason)
        this.attempt = undefined
        if (this.isStopped) return
        this.owner.complain(`${this.address.host}:${this.address.port}: ${reason}`)
        this.dialAfter(state === 'refused' ? this.settings.refusedDelay : this.nextDelay())
      },
    })
    this.attempt = connection
    connection.sendControl(this.owner.greet(frameTypes.hello, this.sessions))
  }

  /** Tries now, and soon again: there is reason to believe that the peer is there. */
  dialAnew(): void {
    this.delay = this.settings.reconnect.min
    this.dial()
  }

  /** Tries in a moment: the link just broke. */
  dialSoon(): void {
    this.dialAfter(this.settings.reconnect.min * this.settings.random())
  }

  /** Tells the peer, whose part it is to dial, that this replica is there. That it does not arrive does no harm. */
  knock(): void {
    const connection: Connection = new Connection(connect(this.address), {
      frame: () => connection.close('knocked'),
      closed: () => {},
    })
    connection.closeAfter(this.owner.greet(frameTypes.knock, 0), 'knocked')
  }

  stop(): void {
    this.isStopped = true
    clearTimeout(this.timer)
    this.attempt?.close('no link is wanted any more')
  }

  private dialAfter(delay: number): void {
    if (this.isStopped) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.dial(), delay)
  }

  private hearAnswer(connection: Connection, frame: Uint8Array): 'refused' | 'welcomed' {
    if (frame[0] === frameTypes.refusal) {
      connection.close(`refused: ${decodeRefusal(frame)}`)
      return 'refused'
    }
    if (frame[0] !== frameTypes.welcome)
      throw new QuorateError('DECODE', `a frame of type ${frame[0]} for an answer`)
    const greeting = decodeGreeting(frame)
    const refusal =
      refusalOf(greeting, this.settings.self, this.settings.identity) ??
      (greeting.from === this.peer
        ? undefined
        : `it is replica ${greeting.from}, not ${this.peer}: check the addresses`)
    if (refusal !== undefined) {
      connection.close(refusal)
      return 'refused'
    }
    this.attempt = undefined
    this.delay = this.settings.reconnect.min
    this.owner.welcomed(connection, greeting)
    return 'welcomed'
  }

  /** The delay before the next attempt: doubled each time, and anything between half and all of that. */
  private nextDelay(): number {
    const { reconnect, random } = this.settings
    const delay = this.delay
    this.delay = Math.min(reconnect.max, delay * 2)
    return delay * (0.5 + random() / 2)
  }
}
