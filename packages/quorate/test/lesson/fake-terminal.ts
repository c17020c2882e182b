import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { LessonTerminal } from '../../src/lesson/play-in-terminal.ts'

const clear = '\u001B[H\u001B[2J'

/** A terminal without a window: keys are pressed by a test, and what is drawn is kept. */
export class FakeTerminal implements LessonTerminal {
  readonly input: PassThrough & { setRawMode(isRaw: boolean): void }
  readonly output: EventEmitter & { columns: number; rows: number; write(text: string): void }
  readonly hasColor: boolean
  isRaw = false
  written = ''

  constructor(hasColor = false) {
    this.hasColor = hasColor
    this.input = Object.assign(new PassThrough(), {
      setRawMode: (isRaw: boolean) => {
        this.isRaw = isRaw
      },
    })
    this.output = Object.assign(new EventEmitter(), {
      columns: 80,
      rows: 24,
      write: (text: string) => {
        this.written += text
      },
    })
  }

  /** What is on the screen, line by line. */
  get lines(): readonly string[] {
    return this.written.slice(this.written.lastIndexOf(clear) + clear.length).split('\r\n')
  }

  /** Presses keys, one after the other, and waits until they have been read. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.input.write(key)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.output, { columns, rows })
    this.output.emit('resize')
  }
}
