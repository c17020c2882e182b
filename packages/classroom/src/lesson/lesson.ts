import type { Scenario } from '@quorate/scenario'
import type { Experiment } from '../experiment/experiment.ts'
import type { Block } from './markdown.ts'

export const levels = ['starter', 'regular', 'advanced'] as const
export type Level = (typeof levels)[number]

/** A lesson, read from its file. Plain data. */
export interface Lesson {
  /** As errors name it. */
  readonly file: string
  /** The file's name without its ending: `13-stale-read`. */
  readonly name: string
  /** What the file's name begins with; undefined for a lesson outside of the catalogue. */
  readonly number: number | undefined
  readonly title: string
  readonly level: Level
  readonly minutes: number
  readonly claim: string
  /** Terms that it explains. */
  readonly words: readonly string[]
  readonly opening: readonly Block[]
  readonly sections: readonly Section[]
  readonly questions: readonly Question[]
  readonly readOn: readonly Block[]
}

/** A part with a heading, in the order of the file. */
export type Section =
  | { readonly type: 'text'; readonly title: string; readonly blocks: readonly Block[] }
  | { readonly type: 'scene'; readonly title: string; readonly pieces: readonly Piece[] }

/** What a scene is made of. */
export type Piece =
  | { readonly type: 'text'; readonly blocks: readonly Block[] }
  | {
      readonly type: 'script'
      readonly scenario: Scenario
      readonly cues: readonly Cue[]
      /** Of the fence, in the file: line 1 of the script is the next. */
      readonly line: number
    }
  | {
      readonly type: 'experiment'
      readonly experiment: Experiment
      readonly notes: readonly string[]
      readonly cues: readonly Cue[]
      readonly line: number
    }

/** A question to predict, and its answer. */
export interface Cue {
  /** In the fence, from 1: it is asked before the next statement behind it. */
  readonly line: number
  readonly question: string
  readonly answer: string
}

/** A question at the end of a lesson. */
export interface Question {
  readonly question: readonly Block[]
  readonly answer: readonly Block[]
}
