import type { LessonParts } from '../experiment/lesson-parts.ts'
import { runExperiment } from '../experiment/run-experiment.ts'
import type { Lesson, Piece, Section } from '../lesson/lesson.ts'
import { lessonError } from '../lesson/lesson-error.ts'
import { QuorateError } from '@quorate/core'
import type { Frame, FrameContent, LessonRun, PlayedLesson } from './frame.ts'
import { playScript } from './play-script.ts'
import { type Shown, everythingShown } from './shown.ts'

/** How a lesson is played. */
export interface PlayOptions {
  readonly parts: LessonParts
  /** Default: everything. */
  readonly shown?: Shown
  /** Told what goes on while it takes long. */
  readonly onProgress?: (text: string) => void
}

/**
 * Plays all scenes of a lesson, and puts in a row what its reader sees. Claims that do not hold are in the frames; see also
 * `failuresOf`.
 *
 * @throws QuorateError `USAGE` for what cannot be played: an engine, option or scope that there is not
 */
export function playLesson(lesson: Lesson, options: PlayOptions): PlayedLesson {
  const player = new LessonPlayer(lesson, options)
  player.play()
  const { frames, runs } = player
  return { lesson, shown: options.shown ?? everythingShown, frames, runs }
}

class LessonPlayer {
  readonly frames: Frame[] = []
  readonly runs: LessonRun[] = []
  private readonly lesson: Lesson
  private readonly options: PlayOptions
  private scene = 0
  private title = ''

  constructor(lesson: Lesson, options: PlayOptions) {
    this.lesson = lesson
    this.options = options
  }

  play(): void {
    const { title, opening, sections, questions, readOn } = this.lesson
    this.title = title
    this.add({ type: 'text', blocks: opening }, true)
    for (const section of sections) this.section(section)
    this.title = 'Questions'
    this.scene = 0
    for (const [i, { question, answer }] of questions.entries()) {
      this.add({ type: 'question', number: i + 1, question, answer }, i === 0)
    }
    this.title = 'Read on'
    this.add({ type: 'text', blocks: readOn }, true)
  }

  private add(content: FrameContent, isMoment: boolean, run?: number): void {
    const scene = this.title === 'Questions' || this.title === 'Read on' ? 0 : this.scene
    this.frames.push({ title: this.title, scene, isMoment, run, ...content })
  }

  private section(section: Section): void {
    if (section.type === 'text') {
      this.title = section.title
      return this.add({ type: 'text', blocks: section.blocks }, false)
    }
    const scenes = this.lesson.sections.filter(({ type }) => type === 'scene')
    this.scene = scenes.indexOf(section) + 1
    this.title = `Scene ${this.scene}: ${section.title}`
    for (const [i, piece] of section.pieces.entries()) this.piece(piece, i === 0)
    this.scene = 0
  }

  private piece(piece: Piece, isFirst: boolean): void {
    if (piece.type === 'text') return this.add({ type: 'text', blocks: piece.blocks }, isFirst)
    if (piece.type === 'script') return this.script(piece)
    const { cues, experiment, notes, line } = piece
    for (const { question } of cues) this.add({ type: 'ask', question }, true)
    const report = this.at(line, () => runExperiment(experiment, this.options.parts, this.options.onProgress))
    this.add({ type: 'numbers', report, notes, answers: cues }, true)
  }

  private script(piece: Extract<Piece, { type: 'script' }>): void {
    const { header } = piece.scenario
    const names = header.engines.length === 0 ? ['raft'] : header.engines.map(({ engine }) => engine)
    const { parts, shown = everythingShown } = this.options
    for (const name of names) {
      const played = this.at(piece.line, () => playScript(piece, { engine: parts.engine(name), shown }))
      const run = this.runs.length
      this.runs.push({ title: this.title, scene: this.scene, ...played.run })
      for (const { isMoment, ...content } of played.frames) this.add(content, isMoment, run)
    }
  }

  /** What cannot be played is a mistake in the file. */
  private at<T>(line: number, act: () => T): T {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof QuorateError) || error.code !== 'USAGE') throw error
      const details = (error.details ?? {}) as { readonly line?: number; readonly problem?: string }
      throw lessonError(this.lesson.file, line + (details.line ?? 0), details.problem ?? error.message)
    }
  }
}
