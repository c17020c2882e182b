import { helpLines } from '../../play/keys.ts'
import type { PlayedLesson } from '../../play/frame.ts'
import { type EntryKind, type PlayerState, predictionAt } from '../../play/player.ts'
import { frameText } from './frame-text.ts'
import { wrapText } from './wrap.ts'

/** A screen: what stands above, in the middle and below. The middle may be longer than there is room for. */
export interface Screen {
  readonly head: readonly string[]
  readonly body: readonly string[]
  readonly foot: readonly string[]
}

const asked: Readonly<Record<EntryKind, string>> = {
  prediction: 'What do you predict?',
  node: 'Which node? Its number:',
  log: 'Whose log? The number of a node:',
  message: 'Which message? Its number:',
}

/** What a reader sees now, at that width. */
export function screenOf(played: PlayedLesson, state: PlayerState, width: number): Screen {
  const { lesson, frames } = played
  const frame = frames[state.at]!
  const name = lesson.number === undefined ? lesson.title : `Lesson ${lesson.number}: ${lesson.title}`
  const place = `${state.at + 1} of ${frames.length}`
  return {
    head: [
      ...wrapText(`${name} (${place})`, width),
      ...(frame.title === lesson.title ? [] : wrapText(frame.title, width)),
      '',
    ],
    body: bodyOf(played, state, width),
    foot: footOf(state, width),
  }
}

function bodyOf(played: PlayedLesson, state: PlayerState, width: number): string[] {
  const { view, at } = state
  if (view === 'help') return helpLines.flatMap((line) => wrapText(line, width))
  if (view !== 'frame') return [view.title, '', ...view.lines.flatMap((line) => wrapText(line, width))]
  const frame = played.frames[at]!
  const { shown, runs, lesson } = played
  const run = frame.run === undefined ? undefined : runs[frame.run]
  const isRevealed = state.revealed.includes(at)
  const predictionOf = (question: string): string | undefined => predictionAt(played, state, at, question)
  const lines = frameText(frame, {
    width,
    shown,
    run,
    hasLanes: state.hasLanes,
    isRevealed,
    repeatsQuestions: true,
    predictionOf,
  })
  const predicted = frame.type === 'question' ? state.predictions[at] : undefined
  const own = predicted === undefined ? [] : ['', ...wrapText(`You predicted: ${predicted}`, width)]
  const opening = at === 0 ? [...wrapText(`What this lesson shows: ${lesson.claim}`, width), ''] : []
  return [...opening, ...lines, ...own]
}

function footOf({ entry, remark, view }: PlayerState, width: number): string[] {
  if (entry !== undefined) return ['', ...wrapText(`${asked[entry.kind]} ${entry.text}_`, width)]
  const keys =
    view === 'frame' ? 'Space: next. b: back. Tab: next moment. h: all keys. q: leave.' : 'Escape: close.'
  return ['', ...(remark === '' ? [] : wrapText(remark, width)), ...wrapText(keys, width)]
}
