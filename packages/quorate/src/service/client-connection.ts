import type { Socket } from 'node:net'
import { type AnyMachineDefinition, ByteReader, type Codec, QuorateError } from '@quorate/core'
import type { Replica, Waiter } from '@quorate/replica'
import { FrameSplitter } from '@quorate/runtime'
import { clientFrame, encodeJson, readModeOf, writeFailure } from './client-frames.ts'
import type { ServiceStatus } from './service-status.ts'
import { WireBuffer } from './wire-buffer.ts'

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly replica: Replica
  readonly machine: AnyMachineDefinition
  status(): ServiceStatus
  badBytes(problem: string): void
}

/** Above this many bytes that the client does not take, no more of its requests are read. */
const maxQueuedBytes = 8 * 1024 * 1024
const maxFrameBytes = 16 * 1024 * 1024

/** One client's connection: requests in, answers out, each turn's answers in one write. */
export class ClientConnection {
  readonly wire: WireBuffer
  private readonly socket: Socket
  private readonly host: ConnectionHost
  private readonly splitter = new FrameSplitter(maxFrameBytes, (frame) => this.onFrame(frame))

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket
    this.host = host
    this.wire = new WireBuffer(socket)
    socket.on('data', (chunk: Uint8Array) => this.onData(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('drain', () => socket.resume())
  }

  tellLeadership(established: boolean, leader: number): void {
    const mark = this.wire.begin()
    this.wire.out
      .u8(clientFrame.leadership)
      .u8(established ? 1 : 0)
      .u32(leader)
    this.wire.end(mark)
  }

  private onData(chunk: Uint8Array): void {
    try {
      this.splitter.push(chunk)
    } catch (error) {
      if (!(error instanceof QuorateError)) throw error
      this.host.badBytes(error.message)
      this.socket.destroy()
    }
    if (this.wire.queued > maxQueuedBytes) this.socket.pause()
  }

  private onFrame(frame: Uint8Array): void {
    const reader = new ByteReader(frame, 'a client request')
    const type = reader.u8()
    const id = reader.u32()
    const { replica, machine } = this.host
    if (type === clientFrame.propose) {
      const command = reader.raw(reader.remaining)
      // Looked into here and not only when it is applied: there it would stop every replica.
      machine.codecs.command.decode(command)
      replica.propose(command, new Pending(this, id, machine.codecs.result))
    } else if (type === clientFrame.read) {
      const mode = readModeOf(reader)
      const query = machine.codecs.query.decode(reader.raw(reader.remaining))
      replica.read(query, mode, new Pending(this, id, machine.codecs.answer))
    } else if (type === clientFrame.status) {
      this.answerStatus(id)
    } else {
      reader.fail(`unknown type ${type}`)
    }
  }

  private answerStatus(id: number): void {
    const mark = this.wire.begin()
    this.wire.out.u8(clientFrame.statusIs).u32(id).raw(encodeJson(this.host.status()))
    this.wire.end(mark)
  }
}

/** A request under way: the waiter itself, so that nothing else is allocated for it. */
class Pending implements Waiter<unknown> {
  private readonly connection: ClientConnection
  private readonly id: number
  /** Of what the client waits for: a command's result, or a query's answer. */
  private readonly codec: Codec<unknown>

  constructor(connection: ClientConnection, id: number, codec: Codec<unknown>) {
    this.connection = connection
    this.id = id
    this.codec = codec
  }

  done(answer: unknown, index: number): void {
    const { wire } = this.connection
    const mark = wire.begin()
    wire.out.u8(clientFrame.done).u32(this.id).u64(index).raw(this.codec.encode(answer))
    wire.end(mark)
  }

  failed(error: QuorateError): void {
    const { wire } = this.connection
    const mark = wire.begin()
    writeFailure(wire.out, this.id, error)
    wire.end(mark)
  }
}
