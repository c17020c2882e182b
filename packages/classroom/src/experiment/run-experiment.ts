import { unreachable } from '@quorate/core'
import type { Experiment } from './experiment.ts'
import type { ExperimentReport } from './experiment-report.ts'
import type { LessonParts } from './lesson-parts.ts'
import { runElections } from './run-elections.ts'
import { runExplore } from './run-explore.ts'
import { runSeeds } from './run-seeds.ts'

/**
 * Carries an experiment out. It is the same each time.
 *
 * @param onProgress told now and then what is going on
 * @throws QuorateError `USAGE` for settings that make no sense
 */
export function runExperiment(
  experiment: Experiment,
  parts: LessonParts,
  onProgress: (text: string) => void = () => {},
): ExperimentReport {
  switch (experiment.kind) {
    case 'elections':
      return runElections(experiment, parts, onProgress)
    case 'explore':
      return runExplore(experiment, parts, onProgress)
    case 'seeds':
      return runSeeds(experiment, parts, onProgress)
    default:
      return unreachable(experiment, 'experiment')
  }
}
