import type { PlayedLesson } from '../../play/frame.ts'
import { frameText } from './frame-text.ts'
import { lessonHead } from './lesson-head.ts'
import { wrapText } from './wrap.ts'

/** So many lines behind a question, its answer says it again. */
const nearby = 12

/**
 * A lesson from beginning to end as plain lines: all text, every step, questions with their answers. It has no lanes and no
 * colour, so that it reads the same on paper, in a file and aloud.
 *
 * @param scene counted from 1: this scene alone
 */
export function lessonTranscript(played: PlayedLesson, width: number, scene?: number): string[] {
  const { lesson, frames, runs, shown } = played
  const lines = [...lessonHead(lesson, width)]
  let title = lesson.title
  /** Where each question was asked. */
  const asked = new Map<string, number>()
  for (const frame of frames) {
    if (scene !== undefined && frame.scene !== scene) continue
    if (frame.title !== title) lines.push('', '', ...wrapText(frame.title, width))
    title = frame.title
    const run = frame.run === undefined ? undefined : runs[frame.run]
    const options = { width, shown, run, hasLanes: false, isRevealed: true, predictionOf: () => undefined }
    const text = frameText(frame, { ...options, repeatsQuestions: false })
    const isFar =
      'answers' in frame &&
      frame.answers.some(
        ({ question }) => lines.length + text.length - (asked.get(question) ?? -Infinity) > nearby,
      )
    lines.push('', ...(isFar ? frameText(frame, { ...options, repeatsQuestions: true }) : text))
    if (frame.type === 'ask') asked.set(frame.question, lines.length)
  }
  return lines
}
