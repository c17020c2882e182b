import type { NodeId } from '@quorate/core'
import {
  type RunEvent,
  type ScenarioEngine,
  type ScenarioStep,
  type SteppedRun,
  fieldsText,
  stepScenario,
} from '@quorate/scenario'
import type { ClaimResult } from '../experiment/experiment-report.ts'
import type { Cue, Piece } from '../lesson/lesson.ts'
import { actText } from './act-text.ts'
import { conditionText } from './condition-text.ts'
import type { FrameContent, LessonRun, StepContent } from './frame.ts'
import { happeningOf, messageStory } from './happening.ts'
import type { Shown } from './shown.ts'
import { stageLines } from './stage-lines.ts'
import { sentence } from './words.ts'

/** A frame of a script, without its place in the lesson. */
export type ScriptFrame = FrameContent & { readonly isMoment: boolean }

type Script = Extract<Piece, { type: 'script' }>

/** Plays a script on an engine. */
export function playScript(
  script: Script,
  options: { readonly engine: ScenarioEngine; readonly shown: Shown },
): { readonly frames: readonly ScriptFrame[]; readonly run: Omit<LessonRun, 'title' | 'scene'> } {
  const stepped = stepScenario(script.scenario, { engine: options.engine })
  const { result } = stepped
  const maker = new FrameMaker(script, stepped, options.shown)
  const failures = result.failures.map(({ line, message }) => ({ line: script.line + line, message }))
  return {
    frames: maker.frames,
    run: {
      engine: result.engine,
      nodes: result.nodes,
      messages: messagesOf(stepped),
      met: result.met,
      failures,
    },
  }
}

function messagesOf({ result }: SteppedRun): ReadonlyMap<number, string> {
  const messages = new Map<number, string>()
  for (const event of result.events) {
    if (event.type === 'sent') messages.set(event.message.id, messageStory(event.message))
  }
  return messages
}

/** Without questions before a statement that is for other engines alone. */
function cuesFor({ cues, scenario }: Script, engine: string): readonly Cue[] {
  return cues.filter((cue) => {
    const next = scenario.statements.find(({ line }) => line > cue.line)
    return next?.only?.includes(engine) !== false
  })
}

/** What the request is called that a step makes. A proposal is called by its command. */
function requestIn(events: readonly RunEvent[]): string | undefined {
  for (const event of events) {
    if (event.type === 'read' || event.type === 'reconfigure' || event.type === 'transfer')
      return event.request
  }
  return undefined
}

/** Turns the steps of a run into frames. Claims go with what came before them, unless a question stands in between. */
class FrameMaker {
  readonly frames: ScriptFrame[] = []
  private readonly script: Script
  private readonly run: SteppedRun
  private readonly shown: Shown
  private cues: readonly Cue[]
  /** Is the next note or step the first thing that the reader sees? */
  private isOpening = true
  /** What each node last became, in words. */
  private readonly last = new Map<NodeId, string>()

  constructor(script: Script, run: SteppedRun, shown: Shown) {
    this.script = script
    this.run = run
    this.shown = shown
    const { result, steps } = run
    this.cues = cuesFor(script, result.engine)
    const stands = steps[0]?.before ?? []
    this.frames.push({
      type: 'stage',
      lines: stageLines(script.scenario, result.engine),
      stands,
      isMoment: true,
    })
    for (const step of steps) this.step(step)
    this.failed()
  }

  private step(step: ScenarioStep): void {
    const { act, line } = step.statement
    const due = this.cues.filter((cue) => cue.line < line)
    this.cues = this.cues.filter((cue) => cue.line >= line)
    for (const { question } of due) this.frames.push({ type: 'ask', question, isMoment: true })
    const answers = due
    const stands = step.after
    if (act.verb === 'note') {
      this.frames.push({ type: 'note', words: act.words, stands, claims: [], answers, isMoment: true })
    } else if (act.verb === 'expect') {
      this.claim(this.claimOf(step), answers, stands)
    } else {
      this.frames.push({ type: 'step', ...this.content(step), claims: [], answers, isMoment: this.isOpening })
      this.isOpening = false
    }
  }

  /** With the frame before it, or by itself if it answers a question. */
  private claim(claim: ClaimResult, answers: readonly Cue[], stands: ScenarioStep['after']): void {
    const last = this.frames.at(-1)
    if (answers.length === 0 && last !== undefined && 'claims' in last) {
      this.frames[this.frames.length - 1] = { ...last, claims: [...last.claims, claim] }
    } else this.frames.push({ type: 'confirm', stands, claims: [claim], answers, isMoment: false })
  }

  private claimOf({ statement }: ScenarioStep): ClaimResult {
    const { act, line } = statement
    const failure = this.run.result.failures.find((failed) => failed.line === line)
    const text =
      act.verb === 'expect'
        ? conditionText(act.condition, act.isNegated, this.run.result.engine)
        : statement.text
    return {
      line: this.script.line + line,
      text: sentence(text),
      holds: failure === undefined,
      found: failure?.message ?? '',
    }
  }

  private content({ statement, events, told, idle, before, after }: ScenarioStep): StepContent {
    const { engine } = this.run.result
    const repeated = this.repeatedIn(events)
    return {
      act: actText(statement.act, { engine, shown: this.shown, before, request: requestIn(events) }),
      statement: statement.text,
      happenings: told.flatMap((event) =>
        repeated.has(event) ? [] : (happeningOf(event, engine, this.shown) ?? []),
      ),
      idle: this.shown.messages ? [...idle] : [],
      before,
      stands: after,
      rules: events.flatMap((event) => {
        if (event.type !== 'decision') return []
        const rule = event.rule === 'none' ? '' : ` (${event.rule})`
        return [`Node ${event.node}: ${event.name}${fieldsText(event.detail)}${rule}`]
      }),
    }
  }

  /** A node may change in ways that there are no words for yet: then it is not told a second time what it is. */
  private repeatedIn(events: readonly RunEvent[]): ReadonlySet<RunEvent> {
    const repeated = new Set<RunEvent>()
    for (const event of events) {
      if (event.type === 'started') this.last.delete(event.node)
      const text =
        event.type === 'role' ? happeningOf(event, this.run.result.engine, this.shown)?.text : undefined
      if (text === undefined) continue
      if (this.last.get(event.node) === text) repeated.add(event)
      this.last.set(event.node, text)
    }
    return repeated
  }

  /** What went wrong and is no claim of the script. */
  private failed(): void {
    const claimed = new Set(
      this.frames.flatMap((frame) => ('claims' in frame ? frame.claims.map(({ line }) => line) : [])),
    )
    for (const { line, message } of this.run.result.failures) {
      const at = this.script.line + line
      if (claimed.has(at)) continue
      const claim = { line: at, text: 'The scene goes on as it is written', holds: false, found: message }
      this.claim(claim, [], this.run.steps.at(-1)?.after ?? [])
    }
  }
}
