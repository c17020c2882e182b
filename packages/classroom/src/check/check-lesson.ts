import type { PlayedLesson } from '../play/frame.ts'

/** A claim of a lesson that does not hold. */
export interface LessonFailure {
  /** Of the lesson's file. */
  readonly line: number
  /** Counted from 1. */
  readonly scene: number
  /** Where it was played. */
  readonly where: string
  readonly message: string
}

/** What came of confirming a lesson. */
export interface LessonVerdict {
  readonly claims: number
  readonly failures: readonly LessonFailure[]
}

/** Counts the claims of a lesson that was played, and those that do not hold. */
export function verdictOf({ frames, runs }: PlayedLesson): LessonVerdict {
  const failures: LessonFailure[] = []
  let claims = 0
  for (const { title, scene, engine, met, failures: failed } of runs) {
    claims += met + failed.length
    for (const { line, message } of failed)
      failures.push({ line, scene, where: `${title}, on ${engine}`, message })
  }
  for (const frame of frames) {
    if (frame.type !== 'numbers') continue
    claims += frame.report.claims.length
    for (const { line, text, holds, found } of frame.report.claims) {
      if (!holds)
        failures.push({
          line,
          scene: frame.scene,
          where: frame.title,
          message: `it is not so: ${text}; found: ${found}`,
        })
    }
  }
  return { claims, failures }
}
