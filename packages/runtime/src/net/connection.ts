import type { Socket } from 'node:net'
import { FrameSplitter, frameLengthBytes, writeFrameLength } from './frame-splitter.ts'
import { frameTypes, maxGreetingBytes } from './link-protocol.ts'

/** Up to this size a frame is copied next to its neighbours, so that they leave in one piece; bytes. */
const copiedFrameBytes = 64 << 10

/** How long the other end may take to read a last frame, milliseconds. */
const lastFrameTimeout = 2_000

const headBytes: number = frameLengthBytes + 1
const ping: Uint8Array = Uint8Array.of(frameTypes.ping)

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** A whole frame, its type byte first. May throw a `QuorateError`: the connection is then closed. */
  frame(bytes: Uint8Array): void
  /** The connection is gone. Called once, never from within a call of the owner's. */
  closed(reason: string): void
}

/**
 * A socket that carries frames. What is sent in one go of the event loop leaves in one write, when that is over.
 */
export class Connection {
  private readonly socket: Socket
  private readonly splitter: FrameSplitter
  private queue: Uint8Array[] = []
  private queuedBytes = 0
  private reason: string | undefined
  private hasSent = false
  private hasReceived = true
  private silentTicks = 0

  constructor(socket: Socket, events: ConnectionEvents) {
    this.socket = socket
    this.splitter = new FrameSplitter(maxGreetingBytes, (bytes) => events.frame(bytes))
    socket.on('data', (chunk) => this.receive(chunk))
    socket.on('end', () => this.close('the other end closed it'))
    socket.on('error', (error) => this.close(error.message))
    socket.on('close', () => {
      this.close('it broke')
      events.closed(this.reason!)
    })
  }

  get isOpen(): boolean {
    return this.reason === undefined
  }

  /** Bytes that have not left yet. */
  get backlog(): number {
    return this.queuedBytes + this.socket.writableLength
  }

  /** Who is at the other end, for messages. */
  get remote(): string {
    return `${this.socket.remoteAddress ?? 'somebody'}:${this.socket.remotePort ?? '?'}`
  }

  /** Lets in frames of up to `maxFrameBytes`, from the next one on: before a greeting only a greeting is let in. */
  trust(maxFrameBytes: number): void {
    this.splitter.maxFrameBytes = maxFrameBytes + 1
  }

  /** Queues a data frame. Takes the bytes over. */
  send(bytes: Uint8Array): void {
    if (this.queue.length === 0) process.nextTick(flush, this)
    this.queue.push(bytes)
    this.queuedBytes += bytes.length + headBytes
  }

  /** Sends a frame of the link protocol itself, at once. */
  sendControl(frame: Uint8Array): void {
    if (!this.isOpen) return
    const bytes = new Uint8Array(frameLengthBytes + frame.length)
    writeFrameLength(bytes, 0, frame.length)
    bytes.set(frame, frameLengthBytes)
    this.hasSent = true
    this.socket.write(bytes)
  }

  /** Breaks the connection. `closed` follows, later. */
  close(reason: string): void {
    if (!this.isOpen) return
    this.reason = reason
    this.splitter.stop()
    this.queue = []
    this.queuedBytes = 0
    this.socket.destroy()
  }

  /** Sends a last frame and closes when it is with the operating system; nothing that arrives meanwhile counts. */
  closeAfter(frame: Uint8Array, reason: string): void {
    if (!this.isOpen) return
    this.sendControl(frame)
    this.reason = reason
    this.splitter.stop()
    this.socket.end(() => this.socket.destroy())
    this.socket.setTimeout(lastFrameTimeout, () => this.socket.destroy())
  }

  /** Breaks the connection without waiting for a last frame to leave. */
  destroy(reason: string): void {
    this.close(reason)
    this.socket.destroy()
  }

  /** Called at even intervals: says something if there was nothing to say. How many intervals the other was silent. */
  tick(): number {
    if (!this.hasSent && this.socket.writableLength === 0) this.sendControl(ping)
    this.hasSent = false
    this.silentTicks = this.hasReceived ? 0 : this.silentTicks + 1
    this.hasReceived = false
    return this.silentTicks
  }

  /** Hands everything queued to the socket: small frames as one piece, large ones without copying. */
  flush(): void {
    const frames = this.queue
    if (frames.length === 0) return
    this.queue = []
    this.queuedBytes = 0
    this.hasSent = true
    this.socket.cork()
    for (let from = 0; from < frames.length;) {
      let to = from
      let bytes = 0
      while (to < frames.length && frames[to]!.length <= copiedFrameBytes && bytes <= copiedFrameBytes) {
        bytes += frames[to]!.length + headBytes
        to += 1
      }
      if (to > from) this.socket.write(joined(frames, from, to, bytes))
      else this.writeLarge(frames[to++]!)
      from = to
    }
    this.socket.uncork()
  }

  private writeLarge(frame: Uint8Array): void {
    const head = Buffer.allocUnsafe(headBytes)
    writeHead(head, 0, frame.length)
    this.socket.write(head)
    this.socket.write(frame)
  }

  private receive(chunk: Uint8Array): void {
    if (!this.isOpen) return
    this.hasReceived = true
    try {
      this.splitter.push(chunk)
    } catch (error) {
      if ((error as { code?: string }).code !== 'DECODE') throw error
      this.close(`bad bytes: ${(error as Error).message}`)
    }
  }
}

function flush(connection: Connection): void {
  connection.flush()
}

function writeHead(target: Uint8Array, offset: number, length: number): void {
  writeFrameLength(target, offset, length + 1)
  target[offset + frameLengthBytes] = frameTypes.data
}

/** Those frames with their lengths, one behind the other. */
function joined(frames: readonly Uint8Array[], from: number, to: number, bytes: number): Uint8Array {
  const all = Buffer.allocUnsafe(bytes)
  let offset = 0
  for (let i = from; i < to; i++) {
    const frame = frames[i]!
    writeHead(all, offset, frame.length)
    all.set(frame, offset + headBytes)
    offset += headBytes + frame.length
  }
  return all
}
