import { unreachable } from '@quorate/core'
import type { NodeStand } from '@quorate/scenario'
import type { ClaimResult } from '../../experiment/experiment-report.ts'
import type { Answered, Frame, LessonRun } from '../../play/frame.ts'
import type { Shown } from '../../play/shown.ts'
import { sentence } from '../../play/words.ts'
import { standText } from '../../play/stand-text.ts'
import { blocksText } from './block-text.ts'
import { claimText } from './claim-text.ts'
import { laneLines } from './lanes.ts'
import { reportText } from './report-text.ts'
import { hanging, wrapItems, wrapText } from './wrap.ts'

/** How a frame is shown. */
export interface FrameTextOptions {
  readonly width: number
  readonly shown: Shown
  /** The run that the frame is of. */
  readonly run: LessonRun | undefined
  readonly hasLanes: boolean
  /** Is the answer of a question at the end shown? */
  readonly isRevealed: boolean
  /** Is a question said again before its answer? Not where it still can be seen. */
  readonly repeatsQuestions: boolean
  /** What the reader has predicted. */
  readonly predictionOf: (question: string) => string | undefined
}

/** A frame as lines. Each says in words all that it says. */
export function frameText(frame: Frame, options: FrameTextOptions): string[] {
  const { width } = options
  switch (frame.type) {
    case 'text':
      return blocksText(frame.blocks, width)
    case 'stage':
      return [
        ...frame.lines.flatMap((line) => wrapText(line, width)),
        '',
        ...standLines(frame.stands, [], options),
      ]
    case 'note':
      return [...wrapText(frame.words, width), ...toldText(frame, options)]
    case 'ask':
      return askText(frame.question, options)
    case 'step':
      return stepText(frame, options)
    case 'confirm':
      return toldText(frame, options).slice(1)
    case 'numbers':
      return [
        ...frame.notes.flatMap((note) => [...wrapText(note, width), '']),
        ...reportText(frame.report, width),
        ...answersText(frame.answers, options),
      ]
    case 'question':
      return [
        ...blocksText(frame.question, width - 4).map((line, i) =>
          `${i === 0 ? `${frame.number}.`.padEnd(4) : '    '}${line}`.trimEnd(),
        ),
        ...(options.isRevealed
          ? ['', 'Answer:', ...blocksText(frame.answer, width - 2).map((line) => `  ${line}`.trimEnd())]
          : []),
      ]
    default:
      return unreachable(frame, 'frame')
  }
}

const unchanged = 'All nodes stand as before.'

function stepText(frame: Extract<Frame, { type: 'step' }>, options: FrameTextOptions): string[] {
  const { width, hasLanes, shown } = options
  const { act, happenings, idle, before, stands } = frame
  // A lane ends where its node crashes; without lanes the sentence has said it.
  const told = hasLanes ? happenings : happenings.filter(({ text }) => `${sentence(text)}.` !== act)
  const lanes = laneLines(told, before, { width, hasLanes, isTimed: shown.timers })
  const types = idle.map(([type, count]) => `${count} ${type}`).join(', ')
  const stand = standLines(stands, before, options)
  // Where nothing happened, there is nothing to tell apart.
  if (lanes.length === 0 && types === '' && stand[0] === unchanged) {
    return [...wrapText(`${act} ${unchanged}`, width), ...toldText(frame, options)]
  }
  return [
    ...wrapText(act, width),
    ...(lanes.length > 0 ? ['', ...lanes] : []),
    ...(types === '' ? [] : ['', ...wrapText(`And messages that changed nothing: ${types}.`, width)]),
    '',
    ...stand,
    ...toldText(frame, options),
  ]
}

/** How the nodes stand; of those that stand as before, only their numbers. */
export function standLines(
  stands: readonly NodeStand[],
  before: readonly NodeStand[],
  { width, shown, run }: Pick<FrameTextOptions, 'width' | 'shown' | 'run'>,
): string[] {
  const textOf = (stand: NodeStand): string => standText(stand, run?.engine ?? '', shown)
  const changed = stands.filter((stand, i) => before[i] === undefined || textOf(before[i]) !== textOf(stand))
  if (changed.length === 0) return [unchanged]
  // What continues a node's line stands further in than where nodes begin.
  const lines = changed.flatMap((stand) =>
    wrapItems(textOf(stand), width - 4).map((line, i) => `${i === 0 ? '  ' : '    '}${line}`),
  )
  const rest = stands.length - changed.length
  if (rest === 0) return ['The nodes now:', ...lines]
  return ['The nodes now:', ...lines, `  ${rest === 1 ? 'The other stands' : 'The others stand'} as before.`]
}

function toldText(
  { claims, answers }: { readonly claims: readonly ClaimResult[]; readonly answers: readonly Answered[] },
  options: FrameTextOptions,
): string[] {
  return [
    ...(claims.length === 0 ? [] : ['', ...claims.flatMap((claim) => claimText(claim, options.width))]),
    ...answersText(answers, options),
  ]
}

function answersText(
  answers: readonly Answered[],
  { width, predictionOf, repeatsQuestions }: FrameTextOptions,
): string[] {
  return answers.flatMap(({ question, answer }) => {
    const predicted = predictionOf(question)
    return [
      '',
      ...(repeatsQuestions ? hanging('The question was: ', question, width) : []),
      ...(predicted === undefined ? [] : hanging('You predicted: ', predicted, width)),
      ...hanging('The answer: ', answer, width),
    ]
  })
}

function askText(question: string, { width, predictionOf }: FrameTextOptions): string[] {
  const predicted = predictionOf(question)
  return [
    ...hanging('What do you think? ', question, width),
    ...(predicted === undefined ? [] : ['', ...hanging('You predict: ', predicted, width)]),
  ]
}
