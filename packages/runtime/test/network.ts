import { once } from 'node:events'
import net from 'node:net'
import { afterEach } from 'vitest'
import type { NodeId, Transport, TransportEvents } from '@quorate/core'
import { FrameSplitter, tcpTransport, writeFrameLength } from '../src/index.ts'
import type { LinkIdentity, SocketAddress, TcpTransport, TcpTransportOptions } from '../src/index.ts'
import { encodeGreeting, frameTypes, protocolVersion } from '../src/net/link-protocol.ts'
import type { FrameType, Greeting } from '../src/net/link-protocol.ts'

export const identity: LinkIdentity = {
  cluster: 'c',
  engine: 'raft',
  machine: { name: 'counter', version: 1 },
}

const endings: (() => Promise<void> | void)[] = []

/** Ends something after the test. */
export function atEnd(end: () => Promise<void> | void): void {
  endings.push(end)
}

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Something that changes by events, and can be waited for. */
export class Watched {
  private readonly waiting: { check: () => boolean; resolve: () => void }[] = []

  changed(): void {
    for (const each of this.waiting.filter(({ check }) => check())) {
      this.waiting.splice(this.waiting.indexOf(each), 1)
      each.resolve()
    }
  }

  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push({ check, resolve }))
  }
}

/** A transport and what it told: `up 2`, `down 2`, `2: <first bytes>`; and what it logged. */
export class Node extends Watched implements TransportEvents {
  readonly transport: TcpTransport
  readonly events: string[] = []
  readonly frames: Uint8Array[] = []
  readonly complaints: string[]
  /** Is a call of this transport's owner under way? Then nothing may be told. */
  private inCall = false
  onFrame: (peer: NodeId, bytes: Uint8Array) => void = () => {}

  constructor(transport: TcpTransport, complaints: string[]) {
    super()
    this.transport = transport
    this.complaints = complaints
  }

  start(): this {
    this.call((transport) => transport.start(this))
    return this
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    return this.call((transport) => transport.send(peer, bytes))
  }

  call<T>(run: (transport: Transport) => T): T {
    this.inCall = true
    const result = run(this.transport)
    this.inCall = false
    return result
  }

  peerUp(peer: NodeId): void {
    this.tell(`up ${peer}`)
  }

  peerDown(peer: NodeId): void {
    this.tell(`down ${peer}`)
  }

  frame(peer: NodeId, bytes: Uint8Array): void {
    this.frames.push(bytes)
    this.tell(`${peer}: ${bytes.subarray(0, 4).join()}`)
    this.onFrame(peer, bytes)
  }

  count(event: string): number {
    return this.events.filter((each) => each === event).length
  }

  seen(event: string, times = 1): Promise<void> {
    return this.until(() => this.count(event) >= times)
  }

  private tell(event: string): void {
    if (this.inCall) throw new Error(`${event} came from within a call`)
    this.events.push(event)
    this.changed()
  }
}

export async function node(
  self: NodeId,
  peers: ReadonlyMap<NodeId, SocketAddress> = new Map(),
  options: Partial<TcpTransportOptions> = {},
): Promise<Node> {
  const complaints: string[] = []
  const watched = { changed: (): void => {} }
  const note = (fields: object): void => {
    complaints.push(String((fields as { reason?: unknown }).reason))
    watched.changed()
  }
  const transport = await tcpTransport({
    self,
    identity,
    incarnation: 1,
    listen: { host: '127.0.0.1', port: 0 },
    peers,
    reconnect: { min: 2, max: 20 },
    refusedDelay: 3_600_000,
    logger: { debug: note, info: note, warn: note, error: note },
    ...options,
  })
  atEnd(() => transport.close())
  const created = new Node(transport, complaints)
  watched.changed = () => created.changed()
  return created
}

/** Two replicas that know each other, linked. */
export async function pair(options: Partial<TcpTransportOptions> = {}): Promise<[Node, Node]> {
  const first = await node(1, new Map(), options)
  const second = await node(2, new Map([[1, first.transport.address]]), options)
  first.transport.setPeers(new Map([[2, second.transport.address]]))
  first.start()
  second.start()
  await Promise.all([first.seen('up 2'), second.seen('up 1')])
  return [first, second]
}

/** A socket that speaks the link protocol by hand. */
export class Hand extends Watched {
  readonly socket: net.Socket
  readonly frames: Uint8Array[] = []
  isClosed = false

  constructor(socket: net.Socket) {
    super()
    this.socket = socket
    const splitter = new FrameSplitter(1 << 30, (frame) => this.frames.push(frame))
    socket.on('data', (chunk) => {
      splitter.push(chunk)
      this.changed()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
      this.changed()
    })
    atEnd(() => void socket.destroy())
  }

  greet(type: FrameType, greeting: Partial<Greeting>): void {
    const whole = {
      version: protocolVersion,
      identity,
      from: 0,
      to: 0,
      incarnation: 1,
      run: 7,
      session: 1,
      ...greeting,
    }
    this.write(encodeGreeting(type, whole))
  }

  data(...bytes: number[]): void {
    this.write(Uint8Array.of(frameTypes.data, ...bytes))
  }

  write(frame: Uint8Array): void {
    const bytes = new Uint8Array(4 + frame.length)
    writeFrameLength(bytes, 0, frame.length)
    bytes.set(frame, 4)
    this.socket.write(bytes)
  }

  /** Has a frame of that type arrived? */
  has(type: FrameType): boolean {
    return this.frames.some((frame) => frame[0] === type)
  }
}

export async function dial(address: SocketAddress): Promise<Hand> {
  const socket = net.connect(address.port, address.host)
  await once(socket, 'connect')
  return new Hand(socket)
}

/** A server by hand: its address, and the connections that came. */
export async function serve(): Promise<{ address: SocketAddress; hands: Hand[]; watched: Watched }> {
  const hands: Hand[] = []
  const watched = new Watched()
  const server = net.createServer((socket) => {
    const hand = new Hand(socket)
    hands.push(hand)
    socket.on('data', () => watched.changed())
    socket.on('close', () => watched.changed())
    watched.changed()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(() => void server.close())
  return { address: { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port }, hands, watched }
}
