import { type Key as NodeKey, emitKeypressEvents } from 'node:readline'
import {
  type PlayedLesson,
  type PlayerState,
  commandOf,
  playerAfter,
  screenOf,
  startPlayer,
} from '@quorate/classroom'

/** A terminal to read keys from: `process.stdin`, or a stream that stands for it. */
export interface KeyInput extends NodeJS.ReadableStream {
  setRawMode?(isRaw: boolean): unknown
}

/** A terminal to draw on: `process.stdout`, or what stands for it. */
export interface ScreenOutput {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** What a lesson is played on. */
export interface LessonTerminal {
  readonly input: KeyInput
  readonly output: ScreenOutput
  /** Are titles in bold? */
  readonly hasColor: boolean
}

/** Wider lines are hard to read. */
const widest = 100
/** Of the screen that is there besides the usual one, so that what was on that is there again afterwards. */
const enter = '\u001B[?1049h'
const leave = '\u001B[?1049l'
const clear = '\u001B[H\u001B[2J'
const bold = ['\u001B[1m', '\u001B[22m'] as const

/**
 * Plays a lesson key by key. The terminal is afterwards as it was, whatever happens.
 *
 * @returns how it ended: the reader left, or pressed Ctrl-C
 */
export function playInTerminal(
  played: PlayedLesson,
  terminal: LessonTerminal,
  scene?: number,
): Promise<'left' | 'interrupted'> {
  return new TerminalPlayer(played, terminal, scene).play()
}

class TerminalPlayer {
  private readonly played: PlayedLesson
  private readonly terminal: LessonTerminal
  private state: PlayerState
  /** Lines of the middle above what is seen. */
  private scroll = 0
  private resolve: (how: 'left' | 'interrupted') => void = () => {}
  private reject: (error: unknown) => void = () => {}

  constructor(played: PlayedLesson, terminal: LessonTerminal, scene: number | undefined) {
    this.played = played
    this.terminal = terminal
    this.state = startPlayer(played, scene)
  }

  async play(): Promise<'left' | 'interrupted'> {
    const { input, output } = this.terminal
    emitKeypressEvents(input)
    input.setRawMode?.(true)
    input.on('keypress', this.onKey)
    input.on('end', this.onEnd)
    output.on('resize', this.draw)
    try {
      return await new Promise<'left' | 'interrupted'>((resolve, reject) => {
        this.resolve = resolve
        this.reject = reject
        output.write(enter)
        input.resume()
        this.draw()
      })
    } finally {
      output.off('resize', this.draw)
      input.off('keypress', this.onKey)
      input.off('end', this.onEnd)
      input.setRawMode?.(false)
      input.pause()
      output.write(leave)
    }
  }

  private readonly onEnd = (): void => this.resolve('left')

  private readonly onKey = (_: string | undefined, key: NodeKey): void => {
    try {
      this.press(key)
    } catch (error) {
      this.reject(error)
    }
  }

  private press(key: NodeKey): void {
    if (key.ctrl === true && key.name === 'c') return this.resolve('interrupted')
    if (this.state.entry === undefined && this.hasScrolled(key)) return this.draw()
    const command = commandOf(key, this.state)
    if (command === undefined) return
    const before = this.state
    this.state = playerAfter(this.played, before, command)
    if (this.state.isOver) return this.resolve('left')
    if (this.state.at !== before.at || this.state.view !== before.view) this.scroll = 0
    this.draw()
  }

  /** The arrows move a middle that does not fit; the space bar goes through all of it before it goes on. */
  private hasScrolled({ name }: NodeKey): boolean {
    const { room, length } = this.measure()
    const most = Math.max(0, length - room)
    const page = Math.max(1, room - 1)
    if (name === 'space' && this.scroll >= most) return false
    const steps: Readonly<Record<string, number>> = {
      up: -1,
      down: 1,
      pageup: -page,
      pagedown: page,
      space: page,
    }
    const by = name === undefined ? undefined : steps[name]
    if (by === undefined) return false
    this.scroll = Math.min(most, Math.max(0, this.scroll + by))
    return true
  }

  private get width(): number {
    return Math.min(widest, Math.max(20, this.terminal.output.columns ?? 80))
  }

  private measure(): { readonly room: number; readonly length: number } {
    const { head, body, foot } = screenOf(this.played, this.state, this.width)
    const rows = this.terminal.output.rows ?? 24
    const room = Math.max(3, rows - head.length - foot.length)
    // Where it does not fit, a line says so.
    return { room: body.length > room ? room - 1 : room, length: body.length }
  }

  private readonly draw = (): void => {
    const { head, body, foot } = screenOf(this.played, this.state, this.width)
    const { room, length } = this.measure()
    this.scroll = Math.min(this.scroll, Math.max(0, length - room))
    const seen = body.slice(this.scroll, this.scroll + room)
    const below = length - this.scroll - seen.length
    const more =
      length > room ? [below > 0 ? `(${below} more lines: space or down)` : '(up: what is above)'] : []
    const lines = [...this.titled(head), ...seen, ...more, ...foot]
    this.terminal.output.write(clear + lines.join('\r\n'))
  }

  private titled(head: readonly string[]): readonly string[] {
    return this.terminal.hasColor ? head.map((line) => (line === '' ? line : bold[0] + line + bold[1])) : head
  }
}
