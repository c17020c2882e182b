import type { PlayedLesson } from '../../play/frame.ts'
import { frameText } from './frame-text.ts'
import { lessonHead } from './lesson-head.ts'
import { wrapText } from './wrap.ts'

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
  for (const frame of frames) {
    if (scene !== undefined && frame.scene !== scene) continue
    if (frame.title !== title) lines.push('', '', ...wrapText(frame.title, width))
    title = frame.title
    const run = frame.run === undefined ? undefined : runs[frame.run]
    lines.push(
      '',
      ...frameText(frame, {
        width,
        shown,
        run,
        hasLanes: false,
        isRevealed: true,
        predictionOf: () => undefined,
      }),
    )
  }
  return lines
}
