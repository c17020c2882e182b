import { explain } from './explain.ts'
import type { FormatRules, HistoryFormat } from './format.ts'
import { detectFormat, formatRules } from './format.ts'
import { HistoryError } from './history-error.ts'
import { kv } from './kv-model.ts'
import type { CheckOptions } from './linearizability.ts'
import { checkWithWitness } from './linearizability.ts'
import type { Model } from './model.ts'
import type { RecordedOperation } from './recorded.ts'
import { casRegister, register } from './register-model.ts'
import type { Value } from './value.ts'
import type { Contradiction, LongestAttempt, Verdict } from './verdict.ts'
import type { Decode } from './vocabulary.ts'
import { decodeCasRegister, decodeKv, decodeRegister } from './vocabulary.ts'

/** The models that a history file can be checked against. */
export type ModelName = 'register' | 'cas-register' | 'kv'

/** Options of {@link checkHistory}. */
export interface CheckHistoryOptions extends CheckOptions {
  /** The notation; detected from the name and the text when not given. */
  readonly format?: HistoryFormat
  /** What a register holds, or an absent key reads as, at first; the format's rule when not given. */
  readonly initial?: Value
}

/** What `quorate check` prints, and the figures in it. */
export interface HistoryReport {
  readonly verdict: Verdict
  readonly format: HistoryFormat
  readonly model: ModelName
  readonly operations: number
  readonly partitions: number
  readonly steps: number
  /** Why there is no order; present when not linearizable and no search was needed to tell. */
  readonly contradiction?: Contradiction<unknown, Value>
  /** How far the search came; present when it found no order, or did not end. */
  readonly longest?: LongestAttempt<Value, unknown, Value>
  /** The verdict and its explanation for people. */
  readonly lines: readonly string[]
}

/** What to check a file against, with the file's own rules filled in. */
type Judge = (
  recorded: readonly RecordedOperation[],
  rules: FormatRules,
  options: CheckHistoryOptions,
) => Judgement

type Judgement = Omit<HistoryReport, 'format' | 'model'>

const judges: Readonly<Record<ModelName, Judge>> = {
  register: (recorded, rules, options) =>
    judge(register({ initial: startOf(options, rules.initial) }), decodeRegister, recorded, rules, options),
  'cas-register': (recorded, rules, options) =>
    judge(
      casRegister({ initial: startOf(options, rules.initial) }),
      decodeCasRegister,
      recorded,
      rules,
      options,
    ),
  kv: (recorded, rules, options) =>
    judge(kv({ absent: startOf(options, rules.absent) }), decodeKv, recorded, rules, options),
}

/** The names that {@link checkHistory} knows. */
export const modelNames: readonly ModelName[] = Object.keys(judges) as ModelName[]

/**
 * Judges the text of a history file. Where the format leaves something unsaid (what a register holds at
 * first, what a nil that was read means), its {@link FormatRules} decide.
 *
 * @param fileName for messages, and to tell the format of an empty file
 * @param modelName one of {@link modelNames}
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
  const rules = formatRules[format]
  return { format, model, ...judges[model](rules.parse(text), rules, options) }
}

/** `null` is a value to start from, and not the lack of one. */
function startOf({ initial }: CheckHistoryOptions, byFormat: Value): Value {
  return initial === undefined ? byFormat : initial
}

function judge<Input>(
  model: Model<Value, Input, Value>,
  decode: Decode<Input>,
  recorded: readonly RecordedOperation[],
  rules: FormatRules,
  options: CheckOptions,
): Judgement {
  const result = checkWithWitness(model, decode(recorded, rules.nilRead), options)
  const { verdict, operations, partitions, steps, contradiction, longest } = result
  return {
    verdict,
    operations,
    partitions,
    steps,
    ...(contradiction && { contradiction }),
    ...(longest && { longest }),
    lines: explain(model, result),
  }
}
