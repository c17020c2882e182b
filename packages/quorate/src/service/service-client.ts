import { type Socket, connect } from 'node:net'
import { ByteReader, QuorateError, type ReadMode } from '@quorate/core'
import { FrameSplitter } from '@quorate/runtime'
import { clientFrame, decodeJson, readFailure, readModeNumber } from './client-frames.ts'
import type { ServiceStatus } from './service-status.ts'
import { WireBuffer } from './wire-buffer.ts'

/** Who waits for a response. The bytes are a view that is good only during the call. */
export interface ResponseWaiter {
  done(bytes: Uint8Array, index: number): void
  failed(error: QuorateError): void
}

/** What a connection tells its owner. */
export interface ClientEvents {
  connected(): void
  /** The connection is gone (every request under way has failed with outcome unknown); it will be tried again. */
  disconnected(): void
  leadership(established: boolean, leader: number): void
}

const maxFrameBytes = 64 * 1024 * 1024
/** Between attempts to connect, milliseconds. */
const retryDelay = 20

/** A connection to one replica that is made again whenever it is lost. */
export class ServiceClient {
  private socket: Socket | undefined
  private wire: WireBuffer | undefined
  private readonly waiters = new Map<number, ResponseWaiter>()
  private nextId = 1
  private closed = false
  private readonly host: string
  private readonly port: number
  private readonly events: ClientEvents

  constructor(host: string, port: number, events: ClientEvents) {
    this.host = host
    this.port = port
    this.events = events
    this.open()
  }

  get isConnected(): boolean {
    return this.wire !== undefined
  }

  propose(command: Uint8Array, waiter: ResponseWaiter): void {
    const wire = this.begin(waiter)
    if (wire === undefined) return
    const mark = wire.begin()
    wire.out.u8(clientFrame.propose).u32(this.nextId).raw(command)
    wire.end(mark)
    this.waiters.set(this.nextId++, waiter)
  }

  read(query: Uint8Array, mode: ReadMode, waiter: ResponseWaiter): void {
    const wire = this.begin(waiter)
    if (wire === undefined) return
    const mark = wire.begin()
    wire.out.u8(clientFrame.read).u32(this.nextId).u8(readModeNumber(mode)).raw(query)
    wire.end(mark)
    this.waiters.set(this.nextId++, waiter)
  }

  status(): Promise<ServiceStatus> {
    return new Promise((resolve, reject) => {
      const waiter: ResponseWaiter = {
        done: (bytes) => resolve(decodeJson(bytes) as ServiceStatus),
        failed: reject,
      }
      const wire = this.begin(waiter)
      if (wire === undefined) return
      const mark = wire.begin()
      wire.out.u8(clientFrame.status).u32(this.nextId)
      wire.end(mark)
      this.waiters.set(this.nextId++, waiter)
    })
  }

  close(): void {
    this.closed = true
    this.socket?.destroy()
  }

  private begin(waiter: ResponseWaiter): WireBuffer | undefined {
    if (this.nextId > 0xffff_fff0) this.nextId = 1
    if (this.wire !== undefined) return this.wire
    const options = { retryable: true, outcome: 'definitely-not' } as const
    waiter.failed(new QuorateError('NOT_LEADER', `not connected to ${this.host}:${this.port}`, options))
    return undefined
  }

  private open(): void {
    if (this.closed) return
    const socket = connect(this.port, this.host)
    this.socket = socket
    socket.setNoDelay(true)
    const splitter = new FrameSplitter(maxFrameBytes, (frame) => this.onFrame(frame))
    socket.on('connect', () => {
      this.wire = new WireBuffer(socket)
      this.events.connected()
    })
    socket.on('data', (chunk: Uint8Array) => splitter.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.onClose())
  }

  private onClose(): void {
    const wasConnected = this.wire !== undefined
    this.wire = undefined
    const lost = [...this.waiters.values()]
    this.waiters.clear()
    const error = new QuorateError('LEADERSHIP_LOST', 'the connection was lost', {
      retryable: true,
      outcome: 'unknown',
    })
    if (wasConnected) this.events.disconnected()
    for (const waiter of lost) waiter.failed(error)
    if (!this.closed) setTimeout(() => this.open(), retryDelay)
  }

  private onFrame(frame: Uint8Array): void {
    const reader = new ByteReader(frame, 'a response')
    const type = reader.u8()
    if (type === clientFrame.leadership) return this.events.leadership(reader.u8() === 1, reader.u32())
    const id = reader.u32()
    const waiter = this.waiters.get(id)
    if (waiter === undefined) return
    this.waiters.delete(id)
    if (type === clientFrame.failed) return waiter.failed(readFailure(reader))
    const index = type === clientFrame.done ? reader.u64() : 0
    waiter.done(reader.raw(reader.remaining), index)
  }
}
