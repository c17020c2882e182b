import { describe, expect, it } from 'vitest'
import {
  catalogueText,
  lessonTranscript,
  parseLesson,
  playLesson,
  type PlayerState,
  screenOf,
  startPlayer,
} from '../src/index.ts'
import { fence, lessonWith, playedSample, sample } from './support/lessons.ts'
import { parts } from './support/parts.ts'

const played = playedSample()
const { frames } = played

function screenAt(at: number, more: Partial<PlayerState> = {}, width = 80): string[] {
  const { head, body, foot } = screenOf(played, { ...startPlayer(played), at, ...more }, width)
  return [...head, ...body, ...foot]
}

const stepAt = (statement: string): number =>
  frames.findIndex((frame) => frame.type === 'step' && frame.statement === statement)

describe('the plain transcript', () => {
  it('has everything, questions and answers too', async () => {
    const text = `${lessonTranscript(played, 80).join('\n')}\n`
    await expect(text).toMatchFileSnapshot('golden/stale.txt')
  })

  it('may have one scene alone', () => {
    const text = lessonTranscript(played, 80, 2).join('\n')
    expect(text).toContain('Scene 2: The rule in force')
    expect(text).not.toContain('Scene 1')
    expect(text).not.toContain('Questions')
  })

  it.each([40, 60, 80])('has no line longer than %i', (width) => {
    expect(lessonTranscript(played, width).filter((line) => line.length > width)).toEqual([])
  })

  it('has no escape codes, and no spaces at the ends of lines', () => {
    for (const line of lessonTranscript(played, 80)) expect(line).toMatch(/^$|^[^\p{Cc}]*\S$/u)
  })

  it('says that a claim does not hold', () => {
    const wrong = parseLesson('x.md', lessonWith(fence('scenario', 'elect 1', 'expect leader 2')))
    const text = lessonTranscript(playLesson(wrong, { parts }), 200).join('\n')
    expect(text).toContain(
      'NOT SO: Node 2 leads. Found: it is not so: node 1 is the established leader of epoch 1.',
    )
  })
})

describe('the screen', () => {
  it('has a lane for each node, and the same in words', () => {
    const lines = screenAt(stepAt('propose 2 "b"') + 1)
    const drawing = lines.slice(lines.indexOf('  1        2        3'))
    expect(drawing.slice(0, 7)).toEqual([
      '  1        2        3',
      '  |        |        |    At 674 ms:',
      '  |        o-------->    Node 2 to node 3: AppendEntries with "b" arrives',
      '  |        |        |    (message 26).',
      '  |        |        *    Node 3 applies "a" (index 2).',
      '  |        |        *    Node 3 takes note of entry 3 (no command).',
      '  |        |        *    Node 3: what it wrote is on its disk (append 4).',
    ])
  })

  it('draws messages on their way, lost ones, crashes and starts', () => {
    const script = [
      'quietly elect 1',
      'propose 1 "a"',
      'drop 1 -> 2',
      'crash 1',
      'start 1',
      'expect running 1',
    ]
    const other = playLesson(parseLesson('x.md', lessonWith(fence('scenario', 'replicas 5', ...script))), {
      parts,
    })
    const drawn = other.frames.flatMap((frame, at) => {
      if (frame.type !== 'step') return []
      return screenOf(other, { ...startPlayer(other), at }, 80).body.filter((line) => line.startsWith('  '))
    })
    const first = (mark: RegExp): string | undefined => drawn.find((line) => mark.test(line))?.slice(0, 30)
    expect(first(/is sent/)).toBe('  o..>  |     |     |     |   ')
    expect(first(/is lost/)).toBe('  o--x  |     |     |     |   ')
    expect(first(/crashes/)).toBe('  X     |     |     |     |   ')
    expect(first(/will not answer/)).toBe('  *     |     |     |     |   ')
    expect(first(/starts/)).toBe('  ^     |     |     |     |   ')
  })

  it('leaves the lanes out on demand, and where there is no room', () => {
    const at = stepAt('propose 2 "b"')
    const words = '- Node 2 to node 3: AppendEntries with "b" is sent, and on its way (message 26).'
    expect(screenAt(at, { hasLanes: false })).toContain(words)
    expect(screenAt(at, {}, 45).some((line) => line.includes('  |  '))).toBe(false)
  })

  it.each([40, 80])('is no wider than %i', (width) => {
    for (const at of frames.keys()) {
      expect(screenAt(at, {}, width).filter((line) => line.length > width)).toEqual([])
    }
  })

  it('shows a prediction beside the answer', () => {
    const ask = frames.findIndex(({ type }) => type === 'ask')
    const lines = screenAt(ask + 1, { predictions: { [ask]: 'the new one' } })
    expect(lines).toContain('You predicted: the new one')
    expect(lines).toContain('The answer: Only "a": nobody has told node 1 of "b".')
  })

  it('hides the answer of a question until it is shown', () => {
    const at = frames.findIndex(({ type }) => type === 'question')
    expect(screenAt(at)).not.toContain('Answer:')
    expect(screenAt(at, { revealed: [at] })).toContain('Answer:')
  })

  it('asks for what is typed, and says where it is', () => {
    expect(screenAt(5, { entry: { kind: 'log', text: '1' } }).at(-1)).toBe(
      'Whose log? The number of a node: 1_',
    )
    expect(screenAt(5)[0]).toBe(`A deposed leader answers from the past (6 of ${frames.length})`)
  })
})

describe('the catalogue', () => {
  it('has number, level, minutes and title', () => {
    expect(catalogueText([{ ...sample(), number: 7 }], 80)).toEqual([
      '   7  regular   5 min  A deposed leader answers from the past',
    ])
  })
})
