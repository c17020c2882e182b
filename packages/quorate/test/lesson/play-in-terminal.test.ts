import { parseLesson, playLesson } from '@quorate/classroom'
import { describe, expect, it } from 'vitest'
import { lessonParts } from '../../src/lesson/lesson-parts.ts'
import { playInTerminal } from '../../src/lesson/play-in-terminal.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { sampleLesson } from './sample.ts'

const played = playLesson(parseLesson('sample.md', sampleLesson()), { parts: lessonParts })
const frames = played.frames.length
const ctrlC = '\u0003'
const down = '\u001B[B'
const up = '\u001B[A'

describe('a lesson in a terminal', () => {
  it('is drawn, goes on and back with keys, and leaves with q', async () => {
    const terminal = new FakeTerminal()
    const ended = playInTerminal(played, terminal)
    expect(terminal.isRaw).toBe(true)
    expect(terminal.lines).toContain('The opening.')
    await terminal.press(' ', 'n')
    expect(terminal.lines[0]).toBe(`A sample (3 of ${frames})`)
    expect(terminal.lines).toContain('What now?')
    await terminal.press('b')
    expect(terminal.lines[0]).toBe(`A sample (2 of ${frames})`)
    await terminal.press('q')
    expect(await ended).toBe('left')
  })

  it.each([
    ['q', 'left'],
    [ctrlC, 'interrupted'],
  ])('leaves the terminal as it was: %j', async (key, how) => {
    const terminal = new FakeTerminal()
    const ended = playInTerminal(played, terminal)
    await terminal.press(' ', key)
    expect(await ended).toBe(how)
    expect(terminal.isRaw).toBe(false)
    expect(terminal.input.isPaused()).toBe(true)
    expect(terminal.input.listenerCount('keypress')).toBe(0)
    expect(terminal.output.listenerCount('resize')).toBe(0)
    expect(terminal.written.startsWith('\u001B[?1049h')).toBe(true)
    expect(terminal.written.endsWith('\u001B[?1049l')).toBe(true)
  })

  it('leaves the terminal as it was when the input ends, and after an error', async () => {
    const terminal = new FakeTerminal()
    const ended = playInTerminal(played, terminal)
    terminal.input.end()
    expect(await ended).toBe('left')
    expect(terminal.isRaw).toBe(false)

    const broken = new FakeTerminal()
    const failing = playInTerminal(played, broken)
    broken.output.write = (text: string): void => {
      if (!text.includes('1049l')) throw new Error('no window')
      broken.written += text
    }
    const failed = expect(failing).rejects.toThrow('no window')
    await broken.press(' ')
    await failed
    expect(broken.isRaw).toBe(false)
    expect(broken.written.endsWith('\u001B[?1049l')).toBe(true)
  })

  it('is drawn anew when the window changes', async () => {
    const terminal = new FakeTerminal()
    const ended = playInTerminal(played, terminal, 1)
    await terminal.press('e', 'g', ' ')
    terminal.resize(40, 12)
    expect(terminal.lines.length).toBeLessThanOrEqual(12)
    expect(terminal.lines.filter((line) => line.length > 40)).toEqual([])
    await terminal.press('q')
    await ended
  })

  it('scrolls what does not fit, and the space bar goes through all of it', async () => {
    const terminal = new FakeTerminal()
    terminal.output.rows = 12
    const ended = playInTerminal(played, terminal)
    await terminal.press('n', 'n', 'n', 'n')
    const place = terminal.lines[0]
    expect(place).toBe(`A sample (5 of ${frames})`)
    expect(terminal.lines).toContainEqual(expect.stringMatching(/^\(\d+ more lines: space or down\)$/))
    const [, , , first] = terminal.lines
    await terminal.press(down)
    expect(terminal.lines[3]).not.toBe(first)
    await terminal.press(up)
    expect(terminal.lines[3]).toBe(first)
    const seen = new Set<string>()
    for (let i = 0; terminal.lines[0] === place && i < 50; i++) {
      for (const line of terminal.lines) seen.add(line)
      await terminal.press(' ')
    }
    expect([...seen]).toContain('(up: what is above)')
    expect([...seen]).toContain('Confirmed: Node 1 leads.')
    expect(terminal.lines[0]).toBe(`A sample (6 of ${frames})`)
    await terminal.press('q')
    await ended
  })

  it('takes a prediction, and shows it beside the answer', async () => {
    const terminal = new FakeTerminal()
    terminal.output.rows = 200
    const ended = playInTerminal(played, terminal, 1)
    await terminal.press(' ', ' ', 'p', 'm', 'e', ' ', 'q', '\r')
    expect(terminal.lines).toContain('You predict: me q')
    await terminal.press(' ')
    expect(terminal.lines).toContain('You predicted: me q')
    expect(terminal.lines).toContain('The answer: Node 1.')
    await terminal.press('q')
    await ended
  })

  it('has bold titles where there is colour, and no codes but those for the screen elsewhere', async () => {
    for (const hasColor of [true, false]) {
      const terminal = new FakeTerminal(hasColor)
      const ended = playInTerminal(played, terminal)
      expect(terminal.written.includes('\u001B[1m')).toBe(hasColor)
      await terminal.press('q')
      await ended
    }
  })
})
