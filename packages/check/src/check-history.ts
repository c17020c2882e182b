import type { FormatRules, HistoryFormat } from './history/format.ts'
import { detectFormat, formatRules } from './history/format.ts'
import { HistoryError } from './history/history-error.ts'
import type { Value } from './history/value.ts'
import type { Judgement, JudgeOptions, ModelName } from './judge.ts'
import { judges } from './judge.ts'
import { markup } from './report/markup.ts'
import { page } from './report/page.ts'

/** Options of {@link checkHistory}. */
export interface CheckHistoryOptions extends JudgeOptions {
  /** The notation; detected from the name and the text when not given. */
  readonly format?: HistoryFormat
  /** What a register holds, or an absent key reads as, at first; the format's rule when not given. */
  readonly initial?: Value
}

/** What `quorate check` prints, and the figures in it. */
export interface HistoryReport extends Judgement {
  readonly format: HistoryFormat
  readonly model: ModelName
}

/** The names that {@link checkHistory} knows. */
export const modelNames: readonly ModelName[] = Object.keys(judges) as ModelName[]

/**
 * Judges the text of a history file. Where the format leaves something unsaid (what a register holds at
 * first, what a nil that was read means), its {@link FormatRules} decide.
 *
 * @param fileName for messages, and to tell the format of an empty file
 * @param modelName one of {@link modelNames}
 * @returns verdict `unknown` for a history without operations, whatever the model
 * @throws HistoryError when the model is not known, or the text is not a history in a known format
 */
export function checkHistory(
  text: string,
  fileName: string,
  modelName: string,
  options: CheckHistoryOptions = {},
): HistoryReport {
  const model = modelNames.find((name) => name === modelName)
  if (model === undefined) {
    throw new HistoryError({ found: `there is no model ${modelName}`, expected: modelNames.join(', ') })
  }
  const format = options.format ?? detectFormat(fileName, text)
  if (!Object.hasOwn(formatRules, format)) {
    const expected = Object.keys(formatRules).join(', ')
    throw new HistoryError({ found: `there is no format ${String(format)}`, expected })
  }
  const judgement = judges[model]({ text, fileName, format, rules: rulesOf(format, options) }, options)
  return {
    format,
    model,
    ...(judgement.operations > 0 ? judgement : nothingToJudge(fileName, model, judgement)),
  }
}

/** A recorder that recorded nothing must not look like a system that did everything right. */
function nothingToJudge(title: string, model: ModelName, judgement: Judgement): Judgement {
  const verdict = 'unknown'
  const summary = `${verdict}: the history has no operations`
  const head = { title, verdict, model, summary, explanation: [] }
  return { ...judgement, verdict, lines: [summary], page: () => page(head, '', markup``) }
}

/** The format's rules; `null` is a value to start from, and not the lack of one. */
function rulesOf(format: HistoryFormat, { initial }: CheckHistoryOptions): FormatRules {
  const rules = formatRules[format]
  return initial === undefined ? rules : { ...rules, initial, absent: initial }
}
