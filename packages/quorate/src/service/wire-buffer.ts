import type { Socket } from 'node:net'
import { ByteWriter } from '@quorate/core'

/**
 * Collects the frames that one turn sends on a socket and writes them at once. Each frame is a u32 length and its
 * bytes.
 */
export class WireBuffer {
  private readonly socket: Socket
  private writer = new ByteWriter(16 * 1024)
  private scheduled = false

  constructor(socket: Socket) {
    this.socket = socket
  }

  /** Adds a frame that `fill` writes. */
  frame(fill: (writer: ByteWriter) => void): void {
    const start = this.begin()
    fill(this.writer)
    this.end(start)
  }

  /** Begins a frame; gives the mark for `end`. For callers that must not make a closure a frame. */
  begin(): number {
    const start = this.writer.length
    this.writer.u32(0)
    return start
  }

  get out(): ByteWriter {
    return this.writer
  }

  end(start: number): void {
    this.writer.setU32(start, this.writer.length - start - 4)
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => this.flush())
  }

  flush(): void {
    this.scheduled = false
    if (this.writer.length === 0 || this.socket.destroyed) return this.writer.reset()
    this.socket.write(this.writer.copy())
    this.writer.reset()
  }

  /** Bytes that the other side has not taken yet. */
  get queued(): number {
    return this.socket.writableLength
  }
}
