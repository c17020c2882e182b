import { unreachable } from '@quorate/core'
import type { Frame, PlayedLesson } from './frame.ts'
import { type Inspected, inspect } from './inspect.ts'

/** What the reader may be typing. */
export type EntryKind = 'prediction' | 'node' | 'log' | 'message'

/** Where a reader is in a lesson. Plain data. */
export interface PlayerState {
  /** Which frame. */
  readonly at: number
  /** Questions at the end whose answers are shown. */
  readonly revealed: readonly number[]
  /** By frame: what was predicted there. */
  readonly predictions: Readonly<Record<number, string>>
  /** What is looked at instead of the frame. */
  readonly view: 'frame' | 'help' | Inspected
  /** What is being typed. */
  readonly entry: { readonly kind: EntryKind; readonly text: string } | undefined
  /** A word to the reader, until the next command. */
  readonly remark: string
  readonly hasLanes: boolean
  readonly isOver: boolean
}

/** What a reader can do. */
export type PlayerCommand =
  | { readonly do: 'next' | 'back' | 'moment' | 'momentBack' | 'start' | 'end' | 'reveal' }
  | { readonly do: 'help' | 'close' | 'lanes' | 'quit' }
  /** Without a number: it is asked for. */
  | { readonly do: 'inspect'; readonly what: 'node' | 'log' | 'message'; readonly number?: number }
  | { readonly do: 'rules' }
  /** Without words: they are asked for. */
  | { readonly do: 'predict'; readonly words?: string }
  | { readonly do: 'type'; readonly text: string }
  | { readonly do: 'erase' | 'enter' }

/** At the first frame, or the first of a scene (from 1). */
export function startPlayer({ frames }: Pick<PlayedLesson, 'frames'>, scene?: number): PlayerState {
  const at = scene === undefined ? 0 : frames.findIndex((frame) => frame.scene === scene)
  return {
    at: Math.max(0, at),
    revealed: [],
    predictions: {},
    view: 'frame',
    entry: undefined,
    remark: '',
    hasLanes: true,
    isOver: false,
  }
}

/** The player after a command. It changes nothing that it is given. */
export function playerAfter(played: PlayedLesson, before: PlayerState, command: PlayerCommand): PlayerState {
  const state: PlayerState = { ...before, remark: '' }
  switch (command.do) {
    case 'next':
      return next(played, state)
    case 'back':
      return state.at === 0 ? said(state, 'This is the beginning.') : goTo(state, state.at - 1)
    case 'moment':
    case 'momentBack':
      return toMoment(played, state, command.do === 'moment' ? 1 : -1)
    case 'start':
      return goTo(state, 0)
    case 'end':
      return goTo(state, played.frames.length - 1)
    case 'reveal':
      return reveal(played, state)
    case 'help':
      return { ...state, view: 'help' }
    case 'close':
      return { ...state, view: 'frame', entry: undefined }
    case 'lanes':
      return { ...state, hasLanes: !state.hasLanes }
    case 'quit':
      return { ...state, isOver: true }
    case 'inspect':
      return look(played, state, command.what, command.number)
    case 'rules':
      return shown(state, inspect(played, state.at, 'rules'))
    case 'predict':
      return predict(played, state, command.words)
    case 'type':
    case 'erase':
    case 'enter':
      return typing(played, state, command)
    default:
      return unreachable(command, 'command')
  }
}

function goTo(state: PlayerState, at: number): PlayerState {
  return { ...state, at, view: 'frame', entry: undefined }
}

function said(state: PlayerState, remark: string): PlayerState {
  return { ...state, remark }
}

function shown(state: PlayerState, found: Inspected | string): PlayerState {
  return typeof found === 'string' ? said(state, found) : { ...state, view: found }
}

/** A question's answer is shown before it goes on. */
function next(played: PlayedLesson, state: PlayerState): PlayerState {
  if (state.view !== 'frame') return { ...state, view: 'frame' }
  if (isHidden(played.frames[state.at], state)) return reveal(played, state)
  if (state.at === played.frames.length - 1) return said(state, 'This is the end; q leaves the lesson.')
  return goTo(state, state.at + 1)
}

function isHidden(frame: Frame | undefined, { at, revealed }: PlayerState): boolean {
  return frame?.type === 'question' && !revealed.includes(at)
}

function toMoment({ frames }: PlayedLesson, state: PlayerState, direction: 1 | -1): PlayerState {
  for (let at = state.at + direction; at >= 0 && at < frames.length; at += direction) {
    if (frames[at]!.isMoment) return goTo(state, at)
  }
  return said(
    state,
    direction === 1 ? 'Nothing of note comes behind this.' : 'Nothing of note came before this.',
  )
}

/** Of a question to predict, the answer comes with the frame behind it that was waited for. */
function reveal({ frames }: PlayedLesson, state: PlayerState): PlayerState {
  const frame = frames[state.at]
  if (frame?.type === 'question')
    return { ...state, view: 'frame', revealed: [...new Set([...state.revealed, state.at])] }
  if (frame?.type !== 'ask') return said(state, 'There is no question here.')
  const { question } = frame
  const at = frames.findIndex(
    (other, i) =>
      i > state.at && 'answers' in other && other.answers.some((answered) => answered.question === question),
  )
  return at < 0 ? said(state, 'The scene ended before the answer.') : goTo(state, at)
}

function look(
  played: PlayedLesson,
  state: PlayerState,
  what: 'node' | 'log' | 'message',
  number: number | undefined,
): PlayerState {
  if (number === undefined) return { ...state, entry: { kind: what, text: '' } }
  return shown({ ...state, entry: undefined }, inspect(played, state.at, what, number))
}

function predict({ frames }: PlayedLesson, state: PlayerState, words: string | undefined): PlayerState {
  const frame = frames[state.at]
  if (frame?.type !== 'ask' && frame?.type !== 'question') return said(state, 'There is no question here.')
  if (words === undefined)
    return { ...state, entry: { kind: 'prediction', text: state.predictions[state.at] ?? '' } }
  const { [state.at]: _, ...others } = state.predictions
  const isGiven = words.trim() !== ''
  const predictions = isGiven ? { ...others, [state.at]: words.trim() } : others
  return {
    ...state,
    entry: undefined,
    predictions,
    remark: isGiven ? 'It is kept, and shown beside the answer.' : '',
  }
}

function typing(
  played: PlayedLesson,
  state: PlayerState,
  command: Extract<PlayerCommand, { do: 'type' | 'erase' | 'enter' }>,
): PlayerState {
  const { entry } = state
  if (entry === undefined) return state
  if (command.do === 'type') return { ...state, entry: { ...entry, text: entry.text + command.text } }
  if (command.do === 'erase') {
    return { ...state, entry: { ...entry, text: entry.text.replace(/.$/su, '') } }
  }
  if (entry.kind === 'prediction') return predict(played, state, entry.text)
  const number = /^\s*\d+\s*$/.test(entry.text) ? Number(entry.text) : undefined
  if (number !== undefined) return look(played, state, entry.kind, number)
  return said({ ...state, entry: undefined }, entry.text.trim() === '' ? '' : 'That is no number.')
}

/** What was predicted before frame `at`, for that question. */
export function predictionAt(
  { frames }: Pick<PlayedLesson, 'frames'>,
  { predictions }: Pick<PlayerState, 'predictions'>,
  at: number,
  question: string,
): string | undefined {
  for (let i = at; i >= 0; i--) {
    const frame = frames[i]!
    if (frame.type === 'ask' && frame.question === question) return predictions[i]
  }
  return undefined
}
