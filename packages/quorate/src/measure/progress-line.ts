import { styleText } from 'node:util'

/** Where progress goes: `process.stderr`, or anything that takes text. */
export interface ProgressStream {
  write(text: string): unknown
  /** Is there a person looking, in a terminal that understands escape codes? */
  readonly isTTY?: boolean
  /** Width of the terminal. */
  readonly columns?: number
}

/** What {@link ProgressLine} takes from its surroundings. */
export interface ProgressOptions {
  /** Default: `process.env`. `NO_COLOR` turns colour off, `TERM=dumb` every escape code. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Milliseconds, never going back. Default: `performance.now`. */
  readonly now?: () => number
}

const redrawMs = 100
/** A rate over a shorter time jumps about too much to be read. */
const rateMs = 500
const clearLine = '\r\u001B[2K'

/**
 * Says what goes on while the user waits. In a terminal that is one line, written over in place at most ten times a
 * second: what is being done, for how long, and how fast. Elsewhere it is one plain line for each phase.
 */
export class ProgressLine {
  private readonly stream: ProgressStream
  private readonly now: () => number
  private readonly isTerminal: boolean
  private readonly hasColor: boolean
  private readonly began: number
  private current = ''
  private phaseBegan = 0
  private drawnAt = -Infinity
  private isDrawn = false
  /** The two latest points that the rate is taken between. */
  private older = { at: 0, operations: 0 }
  private newer = { at: 0, operations: 0 }
  private rate = NaN

  constructor(stream: ProgressStream, { environment = process.env, now }: ProgressOptions = {}) {
    this.stream = stream
    this.now = now ?? (() => performance.now())
    this.isTerminal = stream.isTTY === true && environment['TERM'] !== 'dumb'
    this.hasColor = this.isTerminal && !environment['NO_COLOR']
    this.began = this.now()
  }

  /** What goes on from now on, such as `raft: load`. */
  phase(text: string): void {
    this.current = text
    this.phaseBegan = this.now()
    this.newer = { at: this.phaseBegan, operations: 0 }
    this.older = this.newer
    this.rate = NaN
    if (this.isTerminal) return this.draw()
    this.stream.write(`${seconds(this.phaseBegan - this.began).padStart(8)}  ${text}\n`)
  }

  /**
   * Shows how far the phase is. Call it as often as is convenient.
   *
   * @param operations done since the phase began; without it, no rate is shown
   */
  update(operations?: number): void {
    if (!this.isTerminal) return
    const now = this.now()
    if (operations !== undefined) this.measure(now, operations)
    if (now - this.drawnAt >= redrawMs) this.draw()
  }

  /** A line that stays, such as `leader 2 killed`. */
  note(text: string): void {
    this.erase()
    this.stream.write(`${text}\n`)
    if (this.isTerminal && this.current !== '') this.draw()
  }

  /** Leaves the terminal as it was: the line goes, and whatever is printed next begins at the margin. */
  end(): void {
    this.erase()
    this.current = ''
  }

  [Symbol.dispose](): void {
    this.end()
  }

  private measure(now: number, operations: number): void {
    if (now - this.newer.at >= rateMs) {
      this.older = this.newer
      this.newer = { at: now, operations }
    }
    const elapsed = now - this.older.at
    if (elapsed >= rateMs) this.rate = ((operations - this.older.operations) * 1000) / elapsed
  }

  private draw(): void {
    const now = this.now()
    this.drawnAt = now
    const rate = Number.isNaN(this.rate)
      ? ''
      : `  ${Math.round(this.rate).toLocaleString('en-US')} operations/s`
    const figures = `  ${seconds(now - this.phaseBegan)}${rate}`
    // A line that wraps could not be written over: the cursor would be on its last part.
    const room = (this.stream.columns ?? 80) - 1
    const phase = this.current.slice(0, Math.max(0, room - figures.length))
    const shown = figures.slice(0, room)
    this.stream.write(clearLine + phase + (this.hasColor ? dim(shown) : shown))
    this.isDrawn = true
  }

  private erase(): void {
    if (this.isDrawn) this.stream.write(clearLine)
    this.isDrawn = false
  }
}

/** It is known already that the stream takes colour, so styleText need not look at one. */
function dim(text: string): string {
  return styleText('dim', text, { validateStream: false })
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
