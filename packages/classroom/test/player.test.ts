import { describe, expect, it } from 'vitest'
import {
  type Key,
  type PlayerCommand,
  type PlayerState,
  commandOf,
  playerAfter,
  predictionAt,
  startPlayer,
} from '../src/index.ts'
import { playedSample } from './support/lessons.ts'

const played = playedSample()
const { frames } = played
const askAt = frames.findIndex(({ type }) => type === 'ask')
const questionAt = frames.findIndex(({ type }) => type === 'question')

function after(
  state: PlayerState,
  ...commands: readonly (PlayerCommand | PlayerCommand['do'])[]
): PlayerState {
  return commands.reduce<PlayerState>(
    (now, command) =>
      playerAfter(played, now, typeof command === 'string' ? ({ do: command } as PlayerCommand) : command),
    state,
  )
}

/** Keys as a terminal gives them: names, or letters. */
function press(state: PlayerState, ...keys: readonly (string | Key)[]): PlayerState {
  return keys.reduce<PlayerState>((now, key) => {
    const command = commandOf(typeof key === 'string' ? { name: key, sequence: key } : key, now)
    return command === undefined ? now : playerAfter(played, now, command)
  }, state)
}

const start = startPlayer(played)

describe('the player', () => {
  it('goes on and back, and stays at both ends', () => {
    expect(after(start, 'next', 'next', 'back').at).toBe(1)
    expect(after(start, 'back')).toMatchObject({ at: 0, remark: 'This is the beginning.' })
    const end = after(start, 'end')
    expect(end.at).toBe(frames.length - 1)
    expect(after(end, 'next')).toMatchObject({ at: end.at, remark: 'This is the end; q leaves the lesson.' })
    expect(after(end, 'start').at).toBe(0)
  })

  it('begins with a scene', () => {
    expect(frames[startPlayer(played, 2).at]).toMatchObject({ scene: 2, type: 'stage' })
  })

  it('jumps to moments', () => {
    const moments = frames.flatMap(({ isMoment }, i) => (isMoment ? [i] : []))
    let state = start
    for (const moment of moments.slice(1)) {
      state = after(state, 'moment')
      expect(state.at).toBe(moment)
    }
    expect(after(state, 'moment').remark).toBe('Nothing of note comes behind this.')
    expect(after(state, 'momentBack').at).toBe(moments.at(-2))
  })

  it('keeps a prediction for the reader', () => {
    const asked = { ...start, at: askAt }
    const predicted = after(asked, { do: 'predict', words: ' a ' })
    const { question } = frames[askAt] as { question: string }
    expect(predictionAt(played, predicted, askAt + 1, question)).toBe('a')
    expect(predictionAt(played, asked, askAt + 1, question)).toBeUndefined()
    expect(after(predicted, { do: 'predict', words: '' }).predictions).toEqual({})
    expect(after(start, 'predict').remark).toBe('There is no question here.')
  })

  it('reveals: the step that answers, or the answer of a question', () => {
    expect(after({ ...start, at: askAt }, 'reveal').at).toBe(askAt + 1)
    const question = { ...start, at: questionAt }
    expect(after(question, 'reveal')).toMatchObject({ at: questionAt, revealed: [questionAt] })
    expect(after(start, 'reveal').remark).toBe('There is no question here.')
  })

  it('shows an answer before it goes on', () => {
    const question = { ...start, at: questionAt }
    expect(after(question, 'next')).toMatchObject({ at: questionAt, revealed: [questionAt] })
    expect(after(question, 'next', 'next').at).toBe(questionAt + 1)
  })

  it('looks at nodes, logs, messages and rules', () => {
    const at = frames.findIndex((frame) => frame.type === 'step' && frame.statement === 'propose 2 "b"')
    const look = (what: 'node' | 'log' | 'message', number: number): PlayerState =>
      after({ ...start, at }, { do: 'inspect', what, number })
    expect(look('node', 2).view).toEqual({
      title: 'Node 2',
      lines: [
        'It is leader, term 2.',
        'It takes node 2 for the leader.',
        'In the words of the protocol it is: leader.',
        'It knows the entries up to index 3 as committed.',
        'It has applied "a".',
        'It goes by the voters 1, 2 and 3.',
      ],
    })
    expect(look('log', 2).view).toEqual({
      title: 'The log of node 2',
      lines: [
        'Index 1, term 1, committed: no command.',
        'Index 2, term 1, committed: "a".',
        'Index 3, term 2, committed: no command.',
        'Index 4, term 2: "b".',
      ],
    })
    expect(look('message', 13).view).toMatchObject({
      title: 'Message 13',
      lines: [expect.stringContaining('Message 13 is AppendEntries:')],
    })
    expect(look('message', 9999).remark).toBe('There is no message 9999 in this scene.')
    expect(look('node', 7).remark).toBe('There is no node 7 here.')
    expect(after({ ...start, at: at - 1 }, 'rules').view).toMatchObject({
      lines: expect.arrayContaining([expect.stringMatching(/^Node 2: BecomeLeader/)]) as unknown,
    })
    expect(after(start, { do: 'inspect', what: 'node', number: 1 }).remark).toContain(
      'There are no nodes here',
    )
    expect(after(look('node', 2), 'close')).toMatchObject({ at, view: 'frame' })
    expect(after(look('node', 2), 'next')).toMatchObject({ at, view: 'frame' })
  })

  it('changes nothing that it is given', () => {
    const frozen = Object.freeze({ ...start, at: askAt })
    after(frozen, { do: 'predict', words: 'x' }, 'next', 'quit')
    expect(frozen).toEqual({ ...start, at: askAt })
  })
})

describe('keys', () => {
  it('move the player', () => {
    expect(press(start, 'space', 'right', 'return', 'n').at).toBe(4)
    expect(press(start, 'space', 'left').at).toBe(0)
    expect(press(start, 'e', 'g').at).toBe(0)
    expect(press(start, 'h').view).toBe('help')
    expect(press(start, 'w').hasLanes).toBe(false)
    expect(press(start, 'q').isOver).toBe(true)
    expect(press(start, { name: 'c', ctrl: true, sequence: '\u0003' }).isOver).toBe(true)
    expect(press(start, 'x')).toEqual(start)
  })

  it('are letters while something is typed', () => {
    const asked = { ...start, at: askAt }
    const typed = press(asked, 'p', 'q', { name: 'space', sequence: ' ' }, 'b', 'x', {
      name: 'backspace',
      sequence: '\u007F',
    })
    expect(typed.entry).toEqual({ kind: 'prediction', text: 'q b' })
    expect(press(typed, 'return')).toMatchObject({
      at: askAt,
      entry: undefined,
      predictions: { [askAt]: 'q b' },
    })
    expect(press(typed, 'escape')).toMatchObject({ entry: undefined, predictions: {} })
  })

  it('ask for numbers', () => {
    const step = { ...start, at: askAt + 1 }
    expect(press(step, '2').view).toMatchObject({ title: 'Node 2' })
    expect(press(step, 'l', '2', 'return').view).toMatchObject({ title: 'The log of node 2' })
    expect(press(step, 'm', '1', '3', 'return').view).toMatchObject({ title: 'Message 13' })
    expect(press(step, 'i', 'x', 'return').remark).toBe('That is no number.')
    expect(press(step, 'i', 'return')).toMatchObject({ remark: '', entry: undefined })
  })
})
