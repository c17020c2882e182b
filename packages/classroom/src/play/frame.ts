import type { NodeId } from '@quorate/core'
import type { NodeStand } from '@quorate/scenario'
import type { ClaimResult, ExperimentReport } from '../experiment/experiment-report.ts'
import type { Block } from '../lesson/markdown.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Happening } from './happening.ts'
import type { Shown } from './shown.ts'

/** What a reader sees at once: one page, one step, one question. */
export type Frame = FramePlace & FrameContent

export interface FramePlace {
  /** Of its section: what stands above it. */
  readonly title: string
  /** Counts the lesson's scenes from 1; 0 outside of them. */
  readonly scene: number
  /** Worth jumping to. */
  readonly isMoment: boolean
  /** Which of the lesson's runs it is of; undefined: of none. */
  readonly run: number | undefined
}

export type FrameContent =
  | { readonly type: 'text'; readonly blocks: readonly Block[] }
  /** Who is about to act, and with which rules switched off. */
  | { readonly type: 'stage'; readonly lines: readonly string[]; readonly stands: readonly NodeStand[] }
  | ({ readonly type: 'note'; readonly words: string; readonly stands: readonly NodeStand[] } & Told)
  | { readonly type: 'ask'; readonly question: string }
  | ({ readonly type: 'step' } & StepContent & Told)
  /** Claims that answer a question, or that nothing came before. */
  | ({ readonly type: 'confirm'; readonly stands: readonly NodeStand[] } & Told)
  | ({
      readonly type: 'numbers'
      readonly report: ExperimentReport
      readonly notes: readonly string[]
    } & Pick<Told, 'answers'>)
  | {
      readonly type: 'question'
      readonly number: number
      readonly question: readonly Block[]
      readonly answer: readonly Block[]
    }

/** What is told once a step has been made. */
export interface Told {
  readonly claims: readonly ClaimResult[]
  readonly answers: readonly Answered[]
}

/** A question that was asked before, and its answer. */
export interface Answered {
  readonly question: string
  readonly answer: string
}

/** A statement carried out. */
export interface StepContent {
  /** What is done, as a sentence. */
  readonly act: string
  /** As the script says it. */
  readonly statement: string
  readonly happenings: readonly Happening[]
  /** Messages that changed nothing: how many of each type. */
  readonly idle: readonly (readonly [type: string, count: number])[]
  readonly before: readonly NodeStand[]
  readonly stands: readonly NodeStand[]
  /** What the engines say of their own rules, a line each. */
  readonly rules: readonly string[]
}

/** A scene's script, played on an engine. */
export interface LessonRun {
  readonly title: string
  readonly scene: number
  readonly engine: string
  readonly nodes: readonly NodeId[]
  /** Every message of it: what it says. */
  readonly messages: ReadonlyMap<number, string>
  /** How many claims held. */
  readonly met: number
  /** Where it went another way than the lesson says; lines of the file. */
  readonly failures: readonly { readonly line: number; readonly message: string }[]
}

/** A lesson with its scenes played. */
export interface PlayedLesson {
  readonly lesson: Lesson
  readonly shown: Shown
  readonly frames: readonly Frame[]
  readonly runs: readonly LessonRun[]
}
