/**
 * The scenario language: scripts that move engines by hand, their transcripts, and interchange with other tools.
 *
 * @packageDocumentation
 */
export * from './language/index.ts'
export type { LoggedEntry, NodeOpinion, NodeStand } from './run/node-stand.ts'
export * from './run/run-event.ts'
export * from './run/run-scenario.ts'
export * from './run/scenario-engine.ts'
export { type ScenarioStep, type SteppedRun, stepScenario } from './run/scenario-steps.ts'
export { eventText } from './transcript/event-line.ts'
export { answerText, entryText, fieldsText, messageText } from './transcript/format-value.ts'
export { transcriptOf, type TranscriptSource } from './transcript/transcript.ts'
export { itfOf, type ItfTrace, type ItfValue } from './interchange/itf.ts'
export { mermaidOf } from './interchange/mermaid.ts'
export type { RecordedRun } from './interchange/recorded-run.ts'
export { shivizOf } from './interchange/shiviz.ts'
export { playMoves, type MovesRun } from './moves/play-moves.ts'
export { moveText, type MovesHeader, scenarioOfMoves } from './moves/scenario-of-moves.ts'
export { shrinkMoves, type ShrunkMoves } from './moves/shrink-moves.ts'
export type { PlaySetup } from './run/play.ts'
export { type CcfCommand, type CcfName, parseCcf } from './ccf/parse-ccf.ts'
export { type CcfResult, runCcf, type RunCcfOptions } from './ccf/run-ccf.ts'
export {
  type EngineOptions,
  type Explanation,
  type ReplayOptions,
  type ReplayParts,
  type RunFile,
  type RunScenario,
  decodeRun,
  encodeRun,
  explainRun,
  flattenOptions,
  formatRun,
  nestOptions,
  notesOf,
  parseRun,
  replayRun,
  runFileOf,
  runFormat,
} from './run-file/index.ts'
