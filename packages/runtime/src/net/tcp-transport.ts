import type { Server, Socket } from 'node:net'
import { QuorateError } from '@quorate/core'
import type { NodeId, Transport, TransportEvents } from '@quorate/core'
import { Connection } from './connection.ts'
import { decodeGreeting, encodeRefusal, frameTypes, refusalOf } from './link-protocol.ts'
import { PeerLink, ticksOfSilence } from './peer-link.ts'
import type { LinkContext } from './peer-link.ts'
import { listen } from './sockets.ts'
import type { SocketAddress } from './sockets.ts'
import { settingsOf } from './tcp-options.ts'
import type { TcpSettings, TcpTransportOptions } from './tcp-options.ts'

/** Connections that have not said who they are; more are closed at once. */
const maxStrangers = 256

/** A transport over TCP, listening. */
export interface TcpTransport extends Transport {
  /** Where it listens. */
  readonly address: SocketAddress
  /** Replaces the list of peers: links to those that are gone from it end, links to new ones are made. */
  setPeers(peers: ReadonlyMap<NodeId, SocketAddress>): void
}

/**
 * A `fifo` transport over TCP, one connection for each pair of replicas.
 *
 * - `send` without a session drops the frame and gives true. With one it gives true if the frame is queued: it then
 *   arrives after all before it, or the session breaks. False: the frame was *not* taken, the queue is full; it may be
 *   sent again later, or the link reset.
 * - What is sent in one go of the event loop leaves in one write, when that is over.
 * - `frame` of the owner's `TransportEvents` may throw a `QuorateError` with code `DECODE`: the session then ends with
 *   that as its reason.
 * - `peerUp`, `peerDown` and `frame` come from the event loop, never from within a call of the owner's. After `close`
 *   there are none.
 *
 * Rejects with a `QuorateError` in one line: `ADDRESS_IN_USE`, or `USAGE` if the address cannot be listened on.
 */
export async function tcpTransport(options: TcpTransportOptions): Promise<TcpTransport> {
  const settings = settingsOf(options)
  const early: Socket[] = []
  const handler = { onSocket: (socket: Socket): void => void early.push(socket) }
  const server = await listen(settings.listen, (socket) => handler.onSocket(socket))
  return new NodeTcpTransport(settings, server, (onSocket) => {
    handler.onSocket = onSocket
    for (const socket of early.splice(0)) onSocket(socket)
  })
}

class NodeTcpTransport implements TcpTransport {
  readonly address: SocketAddress
  private readonly settings: TcpSettings
  private readonly server: Server
  private readonly takeSockets: (onSocket: (socket: Socket) => void) => void
  private readonly links = new Map<NodeId, PeerLink>()
  private peers: ReadonlyMap<NodeId, SocketAddress>
  /** Every connection that somebody else made. */
  private readonly accepted = new Set<Connection>()
  /** Those of them that have not said who they are. */
  private readonly strangers = new Set<Connection>()
  private context: LinkContext | undefined
  private ticker: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(
    settings: TcpSettings,
    server: Server,
    takeSockets: (onSocket: (socket: Socket) => void) => void,
  ) {
    this.settings = settings
    this.server = server
    this.takeSockets = takeSockets
    this.peers = settings.peers
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : settings.listen.port
    this.address = { host: settings.listen.host, port }
    server.on('error', (error) => settings.logger.error({ error }, 'the listening socket failed'))
  }

  start(events: TransportEvents): void {
    const { random, silenceTimeout } = this.settings
    this.context = { settings: this.settings, run: Math.floor(random() * 2 ** 52), events }
    this.ticker = setInterval(() => this.tick(), silenceTimeout / ticksOfSilence)
    this.takeSockets((socket) => this.meet(socket))
    this.setPeers(this.peers)
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    const link = this.links.get(peer)
    return link === undefined ? true : link.send(bytes)
  }

  reset(peer: NodeId): void {
    this.links.get(peer)?.reset()
  }

  setPeers(peers: ReadonlyMap<NodeId, SocketAddress>): void {
    this.peers = peers
    if (this.context === undefined || this.isClosed) return
    for (const [peer, link] of this.links) {
      if (peers.has(peer)) continue
      this.links.delete(peer)
      link.remove()
    }
    for (const [peer, address] of peers) {
      const known = this.links.get(peer)
      if (peer === this.settings.self) continue
      if (known !== undefined) {
        known.moveTo(address)
        continue
      }
      const link = new PeerLink(peer, address, this.context)
      this.links.set(peer, link)
      link.start()
    }
  }

  close(): Promise<void> {
    if (this.isClosed) return Promise.resolve()
    this.isClosed = true
    clearInterval(this.ticker)
    this.takeSockets((socket) => socket.destroy())
    for (const link of this.links.values()) link.close()
    for (const connection of this.accepted) connection.destroy('the transport was closed')
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private tick(): void {
    for (const link of this.links.values()) link.tick()
  }

  /** Somebody connected: hears who it is, for a while. */
  private meet(socket: Socket): void {
    if (this.strangers.size >= maxStrangers) return void socket.destroy()
    const late = setTimeout(() => connection.close('no greeting in time'), this.settings.greetingTimeout)
    let link: PeerLink | undefined
    const connection: Connection = new Connection(socket, {
      frame: (frame) => {
        if (link !== undefined) return link.receive(connection, frame)
        clearTimeout(late)
        this.strangers.delete(connection)
        link = this.introduce(connection, frame)
      },
      closed: (reason) => {
        clearTimeout(late)
        this.accepted.delete(connection)
        this.strangers.delete(connection)
        if (link === undefined && !this.isClosed) {
          this.settings.logger.warn({ remote, reason }, 'turned a connection away')
        }
        link?.ended(connection, reason)
      },
    })
    const { remote } = connection
    this.accepted.add(connection)
    this.strangers.add(connection)
  }

  /** Hears the first frame of a connection. The link that it belongs to from now on. */
  private introduce(connection: Connection, frame: Uint8Array): PeerLink | undefined {
    const type = frame[0]
    if (type !== frameTypes.hello && type !== frameTypes.knock) {
      throw new QuorateError('DECODE', `a frame of type ${type} for a greeting`)
    }
    const greeting = decodeGreeting(frame)
    const link = this.links.get(greeting.from)
    const refusal =
      refusalOf(greeting, this.settings.self, this.settings.identity) ??
      (link === undefined
        ? `replica ${greeting.from} is not among the peers of replica ${this.settings.self}`
        : undefined)
    if (refusal !== undefined || link === undefined) {
      connection.closeAfter(encodeRefusal(refusal!), refusal!)
      return undefined
    }
    if (type === frameTypes.knock) {
      link.heedKnock(greeting)
      connection.close('knocked')
      return link
    }
    link.accept(connection, greeting)
    return link
  }
}
