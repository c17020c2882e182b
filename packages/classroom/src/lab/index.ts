/** Labs: students build a protocol's core, and a check grades it in virtual time. */
export { labData, labIds, loadLab, startingFiles } from './catalogue.ts'
export { type CheckOptions, type LabReport, checkLab } from './check-lab.ts'
export type {
  Breach as LabBreach,
  Episode as LabEpisode,
  Exploration as LabExploration,
  LabDriver,
  Replay as LabRun,
  ReplayedStep as LabReplayedStep,
  Step as LabStep,
  StudentTest,
  TestRun as LabTestRun,
} from './driver.ts'
export type {
  Failure as LabFailure,
  GradedItem as LabGradedItem,
  PartResult as LabPartResult,
} from './grade/result.ts'
export type { Watch as LabWatch } from './guard/watch.ts'
export {
  type Lab,
  type LabData,
  type Mutant as LabMutant,
  type PartData as LabPartData,
  type PartName as LabPartName,
  fullMarks,
} from './lab.ts'
export { labReportText, sentence as labSentence, wrapText as wrapLabText } from './lab-report-text.ts'
export { type LabReplay, replayLab } from './replay-lab.ts'
export { type Seal as LabSeal, openSeal, sealOf } from './seal.ts'
export type { Patience as LabPatience } from './worker/run-worker.ts'
