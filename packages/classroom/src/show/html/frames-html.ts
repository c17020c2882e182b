import { unreachable } from '@quorate/core'
import type { NodeStand } from '@quorate/scenario'
import type { ClaimResult } from '../../experiment/experiment-report.ts'
import type { Answered, Frame, PlayedLesson } from '../../play/frame.ts'
import { blocksHtml } from './block-html.ts'
import { diagram } from './diagram.ts'
import { type Content, type Markup, markup } from './markup.ts'
import { reportHtml } from './report-html.ts'
import { standTable } from './stand-table.ts'

type Step = Extract<Frame, { type: 'step' }>

/** Makes HTML of frames. Steps that follow each other without a word between them are one picture. */
export class FramesHtml {
  /** Every answer so far, with its question, for paper. */
  readonly answers: { readonly question: Content; readonly answer: Content }[] = []
  private readonly played: PlayedLesson
  private figures = 0

  constructor(played: PlayedLesson) {
    this.played = played
  }

  frames(frames: readonly Frame[]): readonly Content[] {
    const contents: Content[] = []
    let steps: Step[] = []
    const flush = (): void => {
      if (steps.length > 0) contents.push(this.steps(steps))
      steps = []
    }
    for (const frame of frames) {
      if (frame.type !== 'step' || steps.at(-1)?.run !== frame.run) flush()
      if (frame.type !== 'step') contents.push(this.frame(frame))
      else {
        steps.push(frame)
        if (frame.answers.length > 0 || frame.claims.length > 0) flush()
      }
    }
    flush()
    return contents
  }

  private frame(frame: Exclude<Frame, Step>): Content {
    switch (frame.type) {
      case 'text':
        return blocksHtml(frame.blocks)
      case 'stage':
        return [
          frame.lines.map((line) => markup`<p class="stage">${line}</p>\n`),
          this.table(frame.stands, frame),
        ]
      case 'note':
        return [markup`<p class="note">${frame.words}</p>\n`, this.told(frame)]
      case 'ask':
        return markup`<p class="ask">What do you think? ${frame.question}</p>\n`
      case 'confirm':
        return this.told(frame)
      case 'numbers':
        return [
          frame.notes.map((note) => markup`<p class="note">${note}</p>\n`),
          reportHtml(frame.report),
          frame.report.claims.map(claimHtml),
          this.answered(frame.answers),
        ]
      case 'question':
        return this.question(frame)
      default:
        return unreachable(frame, 'frame')
    }
  }

  private steps(steps: readonly Step[]): Content {
    const [first] = steps
    const last = steps.at(-1)!
    this.figures += 1
    const isEventful = steps.some(({ happenings }) => happenings.length > 0)
    const idle = new Map<string, number>()
    for (const step of steps)
      for (const [type, count] of step.idle) idle.set(type, (idle.get(type) ?? 0) + count)
    const types = [...idle].map(([type, count]) => `${count} ${type}`).join(', ')
    return [
      isEventful
        ? diagram(`figure-${this.figures}`, steps, first!.before)
        : steps.map(({ act }) => markup`<p>${act}</p>\n`),
      types !== '' && markup`<p class="idle">And messages that changed nothing: ${types}.</p>\n`,
      this.table(last.stands, last),
      this.told(last),
    ]
  }

  private table(stands: readonly NodeStand[], { run }: Frame): Markup {
    const engine = run === undefined ? '' : this.played.runs[run]!.engine
    return standTable(stands, engine, this.played.shown)
  }

  private told({
    claims,
    answers,
  }: {
    readonly claims: readonly ClaimResult[]
    readonly answers: readonly Answered[]
  }): Content {
    return [claims.map(claimHtml), this.answered(answers)]
  }

  private answered(answers: readonly Answered[]): Content {
    return answers.map(({ question, answer }) => {
      this.answers.push({ question: markup`<p>${question}</p>`, answer: markup`<p>${answer}</p>` })
      return markup`<details><summary>The answer to: ${question}</summary><p>${answer}</p></details>\n`
    })
  }

  private question({ number, question, answer }: Extract<Frame, { type: 'question' }>): Content {
    this.answers.push({ question: blocksHtml(question), answer: blocksHtml(answer) })
    return markup`<div class="question"><h3>Question ${String(number)}</h3>
${blocksHtml(question)}<details><summary>Answer</summary>${blocksHtml(answer)}</details></div>
`
  }
}

function claimHtml({ text, holds, found }: ClaimResult): Markup {
  return holds
    ? markup`<p class="confirmed">Confirmed: ${text}.</p>\n`
    : markup`<p class="broken-claim">Not so: ${text}. ${found}</p>\n`
}
