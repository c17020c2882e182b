import type { FormatRules, HistoryFormat } from './history/format.ts'
import { HistoryError } from './history/history-error.ts'
import type { Operation } from './history/operation.ts'
import type { RecordedOperation } from './history/recorded.ts'
import { explain } from './linearizability/explain.ts'
import type { CheckOptions } from './linearizability/linearizability.ts'
import { checkWithWitness } from './linearizability/linearizability.ts'
import type { Contradiction, LongestAttempt, Verdict } from './linearizability/verdict.ts'
import { kv } from './models/kv-model.ts'
import type { Model } from './models/model.ts'
import { multiRegister } from './models/multi-register-model.ts'
import { mutex } from './models/mutex-model.ts'
import { casRegister, register } from './models/register-model.ts'
import { decodeMultiRegister, decodeMutex } from './models/transaction-vocabulary.ts'
import type { NilRead } from './models/vocabulary.ts'
import { decodeCasRegister, decodeKv, decodeRegister } from './models/vocabulary.ts'
import { linearizabilityPage } from './report/linearizability-page.ts'
import { sessionsPage } from './report/sessions-page.ts'
import { transactionsPage } from './report/transactions-page.ts'
import type { SessionVerdict } from './sessions/check-sessions.ts'
import { checkSessions } from './sessions/check-sessions.ts'
import { explainSessions } from './sessions/explain-sessions.ts'
import { parseSessions } from './sessions/read-sessions.ts'
import type { TransactionVerdict } from './transactions/check-transactions.ts'
import { checkTransactions } from './transactions/check-transactions.ts'
import type { Consistency } from './transactions/consistency.ts'
import { decodeTransactions } from './transactions/decode-transactions.ts'
import { explainTransactions } from './transactions/explain-transactions.ts'

/** The models that a history file can be checked against. */
export type ModelName =
  | 'register'
  | 'cas-register'
  | 'multi-register'
  | 'mutex'
  | 'kv'
  | 'list-append'
  | 'sessions'

/** What any check can say. */
export type HistoryVerdict = Verdict | TransactionVerdict | SessionVerdict

/** Limits, and what to judge by. */
export interface JudgeOptions extends CheckOptions {
  /** Of transactions; `strict-serializable` when not given. */
  readonly consistency?: Consistency
}

/** What was found of a history. */
export interface Judgement {
  readonly verdict: HistoryVerdict
  /** Operations, or transactions. */
  readonly operations: number
  /** Parts that were judged each by itself, or keys. */
  readonly partitions: number
  /** How often a model was asked; 0 where there is none to ask. */
  readonly steps: number
  /** Why there is no order; present when not linearizable and no search was needed to tell. */
  readonly contradiction?: Contradiction<unknown, unknown>
  /** How far the search came; present when it found no order, or did not end. */
  readonly longest?: LongestAttempt<unknown, unknown, unknown>
  /** The verdict and its explanation for people. */
  readonly lines: readonly string[]
  /** The same as one page of HTML that needs nothing else. */
  readonly page: () => string
}

/** A file, and how it is to be read. */
export interface HistoryFile {
  readonly text: string
  readonly fileName: string
  readonly format: HistoryFormat
  readonly rules: FormatRules
}

/** Judges a file by one model. */
export type Judge = (file: HistoryFile, options: JudgeOptions) => Judgement

/** Every model that a history can be judged by. */
export const judges: Readonly<Record<ModelName, Judge>> = {
  register: linearizable(decodeRegister, ({ initial }) => register({ initial })),
  'cas-register': linearizable(decodeCasRegister, ({ initial }) => casRegister({ initial })),
  'multi-register': linearizable(decodeMultiRegister, ({ initial }) => multiRegister({ initial })),
  mutex: linearizable(decodeMutex, () => mutex()),
  kv: linearizable(decodeKv, ({ absent }) => kv({ absent })),
  'list-append': judgeTransactions,
  sessions: judgeSessions,
}

type Decode<Input, Output> = (
  recorded: readonly RecordedOperation[],
  nil: NilRead,
) => readonly Operation<Input, Output>[]

function linearizable<State, Input, Output>(
  decode: Decode<Input, Output>,
  modelOf: (rules: FormatRules) => Model<State, Input, Output>,
): Judge {
  return ({ text, fileName, rules }, options) => {
    const model = modelOf(rules)
    const operations = decode(rules.parse(text), rules.nilRead)
    const { contradiction, longest, ...result } = checkWithWitness(model, operations, options)
    const whole = { ...result, ...(contradiction && { contradiction }), ...(longest && { longest }) }
    return {
      verdict: result.verdict,
      operations: result.operations,
      partitions: result.partitions,
      steps: result.steps,
      ...(contradiction && { contradiction }),
      ...(longest && { longest }),
      lines: explain(model, whole),
      page: () => linearizabilityPage(fileName, model, operations, whole, options),
    }
  }
}

function judgeTransactions({ text, fileName, rules }: HistoryFile, options: JudgeOptions): Judgement {
  const transactions = decodeTransactions(rules.parseTransactions(text))
  const result = checkTransactions(transactions, options)
  return {
    verdict: result.verdict,
    operations: result.transactions,
    partitions: result.keys,
    steps: 0,
    lines: explainTransactions(result),
    page: () => transactionsPage(fileName, result),
  }
}

function judgeSessions({ text, fileName, format }: HistoryFile, options: JudgeOptions): Judgement {
  if (format !== 'json-lines') {
    throw new HistoryError({ found: `the format is ${format}`, expected: 'sessions as JSON lines' })
  }
  const operations = parseSessions(text)
  const result = checkSessions(operations, options)
  return {
    verdict: result.verdict,
    operations: result.operations,
    partitions: result.keys,
    steps: 0,
    lines: explainSessions(result),
    page: () => sessionsPage(fileName, operations, result),
  }
}
