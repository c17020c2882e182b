import type { Socket } from 'node:net'
import { ByteWriter } from '@quorate/core'

/** So much leaves before the turn is over, so that the other side can begin while this one goes on. Bytes. */
const flushBytes = 64 * 1024

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

  /** Begins a frame, which is then written to `out`; gives the mark for `end`. */
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
    if (this.writer.length >= flushBytes) return this.flush()
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.flush()
    })
  }

  private flush(): void {
    if (this.writer.length === 0 || this.socket.destroyed) return this.writer.reset()
    this.socket.write(this.writer.copy())
    this.writer.reset()
  }

  /** Bytes that the other side has not taken yet. */
  get queued(): number {
    return this.socket.writableLength
  }
}
