export type { CheckHistoryOptions, HistoryReport } from './check-history.ts'
export { checkHistory, modelNames } from './check-history.ts'
export { exitCodeOf } from './exit-code.ts'
export { parseEdnHistory } from './history/edn-history.ts'
export type { EdnMap, EdnName, EdnValue } from './history/edn-reader.ts'
export { readEdn } from './history/edn-reader.ts'
export type { EventType, HistoryEvent, OperationOutcome } from './history/event.ts'
export { operationsFromEvents } from './history/event.ts'
export type { FormatRules, HistoryFormat } from './history/format.ts'
export { detectFormat, formatRules } from './history/format.ts'
export type { HistoryProblem } from './history/history-error.ts'
export { HistoryError } from './history/history-error.ts'
export { parseJepsenLog } from './history/jepsen-log.ts'
export { parseJsonLines } from './history/json-lines.ts'
export type { ClientId, Operation, Witness } from './history/operation.ts'
export { isPending } from './history/operation.ts'
export type { RecordedCall, RecordedOperation, RecordedOutcome } from './history/recorded.ts'
export type { Value } from './history/value.ts'
export type { HistoryVerdict, Judgement, JudgeOptions, ModelName } from './judge.ts'
export { describeOperation, explain } from './linearizability/explain.ts'
export type { CheckOptions } from './linearizability/linearizability.ts'
export { checkLinearizability, checkWithWitness, defaultSteps } from './linearizability/linearizability.ts'
export type { PartialLinearizations } from './linearizability/partial-linearizations.ts'
export { partialLinearizations } from './linearizability/partial-linearizations.ts'
export type { SearchOutcome } from './linearizability/search.ts'
export type { CheckResult, Contradiction, Limit, LongestAttempt, Verdict } from './linearizability/verdict.ts'
export type { KvInput, KvOptions } from './models/kv-model.ts'
export { kv } from './models/kv-model.ts'
export type { Access, Impossible, Model, Partition } from './models/model.ts'
export { impossible, partitionByKey, partitionsOf } from './models/model.ts'
export type {
  MultiRegisterInput,
  MultiRegisterOutput,
  MultiRegisterStep,
  Registers,
} from './models/multi-register-model.ts'
export { multiRegister } from './models/multi-register-model.ts'
export type { MutexInput } from './models/mutex-model.ts'
export { mutex } from './models/mutex-model.ts'
export type { CasRegisterInput, RegisterInput, RegisterOptions } from './models/register-model.ts'
export { casRegister, register } from './models/register-model.ts'
export { decodeMultiRegister, decodeMutex } from './models/transaction-vocabulary.ts'
export type { Decode, NilRead } from './models/vocabulary.ts'
export { decodeCasRegister, decodeKv, decodeRegister } from './models/vocabulary.ts'
export { linearizabilityPage } from './report/linearizability-page.ts'
export { sessionsPage } from './report/sessions-page.ts'
export { transactionsPage } from './report/transactions-page.ts'
export type { SessionOptions, SessionResult, SessionVerdict } from './sessions/check-sessions.ts'
export { checkSessions } from './sessions/check-sessions.ts'
export { explainSessions } from './sessions/explain-sessions.ts'
export { parseSessions } from './sessions/read-sessions.ts'
export type { SessionInput, SessionOperation } from './sessions/session-operation.ts'
export type { SessionViolation, SessionViolationName } from './sessions/session-violation.ts'
export { sessionGuarantees } from './sessions/session-violation.ts'
export type {
  Anomaly,
  CycleAnomaly,
  CycleFamily,
  Dependency,
  DependencyKind,
  DependencyReason,
  ReadAnomaly,
  ReadAnomalyName,
  Scope,
} from './transactions/anomaly.ts'
export type {
  TransactionOptions,
  TransactionResult,
  TransactionVerdict,
} from './transactions/check-transactions.ts'
export { checkTransactions } from './transactions/check-transactions.ts'
export type { Consistency } from './transactions/consistency.ts'
export { consistencyNames } from './transactions/consistency.ts'
export { decodeTransactions } from './transactions/decode-transactions.ts'
export { explainTransactions } from './transactions/explain-transactions.ts'
export type { MicroOperation, Transaction, TransactionOutcome } from './transactions/transaction.ts'
export type { Argument } from './values/argument.ts'
export * from './explore/index.ts'
