export type {
  ElectionsExperiment,
  Experiment,
  ExploreExperiment,
  ExploreSettings,
  NamedOptions,
  SeedSettings,
  SeedsExperiment,
} from './experiment.ts'
export type { ClaimResult, ExperimentReport } from './experiment-report.ts'
export type { Exploration, ExploredPath, LessonParts, SeedOutcome } from './lesson-parts.ts'
export { runExperiment } from './run-experiment.ts'
