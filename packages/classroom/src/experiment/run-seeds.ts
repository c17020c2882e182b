import { sentence } from '../play/words.ts'
import { compares, comparisonText } from './comparison.ts'
import type { Expectation, SeedClaim, SeedMeasure, SeedsExperiment } from './experiment.ts'
import type { ClaimResult, ExperimentReport } from './experiment-report.ts'
import type { LessonParts, SeedOutcome } from './lesson-parts.ts'

const words: Readonly<Record<SeedMeasure, string>> = {
  good: 'runs in which all went well',
  failed: 'runs in which something broke',
  undecided: 'runs whose history could not be judged',
  commits: 'entries decided in all runs',
  elections: 'elections in all runs',
}

/** Runs every seed. */
export function runSeeds(
  experiment: SeedsExperiment,
  parts: LessonParts,
  onProgress: (text: string) => void,
): ExperimentReport {
  const { engine, first, last, claims, faults, machine, options } = experiment
  const outcomes: SeedOutcome[] = []
  for (let seed = first; seed <= last; seed++) {
    outcomes.push(parts.runSeed(experiment, seed))
    onProgress(`seeds: ${outcomes.length} of ${last - first + 1}`)
  }
  const figures = figuresOf(outcomes)
  const broken = violationsOf(outcomes)
  const extra = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  const given = extra.length === 0 ? '' : ` with ${extra.join(', ')}`
  const measures = Object.keys(words) as SeedMeasure[]
  return {
    setting: [
      `Seeds ${first} to ${last} of whole replicas of ${engine}${given}, with the ${machine} machine and clients, in virtual time. Faults: ${faults}.`,
    ],
    head: ['what', 'number'],
    rows: [
      ...measures.map((measure) => [words[measure], `${figures[measure]}`]),
      ...[...broken].map(([name, count]) => [`runs that broke "${name}"`, `${count}`]),
    ],
    paths: [],
    claims: claims.map((claim) => resultOf(claim, figures, broken)),
  }
}

function figuresOf(outcomes: readonly SeedOutcome[]): Readonly<Record<SeedMeasure, number>> {
  const ends = (end: SeedOutcome['end']): number => outcomes.filter((outcome) => outcome.end === end).length
  return {
    good: ends('good'),
    failed: ends('failed'),
    undecided: ends('undecided'),
    commits: outcomes.reduce((sum, { commits }) => sum + commits, 0),
    elections: outcomes.reduce((sum, { elections }) => sum + elections, 0),
  }
}

function violationsOf(outcomes: readonly SeedOutcome[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { violation } of outcomes) {
    if (violation !== undefined) counts.set(violation, (counts.get(violation) ?? 0) + 1)
  }
  return counts
}

function resultOf(
  { line, what: claim }: Expectation<SeedClaim>,
  figures: Readonly<Record<SeedMeasure, number>>,
  broken: ReadonlyMap<string, number>,
): ClaimResult {
  if (claim.what === 'violation') {
    const count = broken.get(claim.name) ?? 0
    return { line, text: `A run breaks "${claim.name}"`, holds: count > 0, found: `${count} runs` }
  }
  const { measure, comparison } = claim
  const text = `${sentence(words[measure])}: ${comparisonText(comparison, 'count')}`
  return { line, text, holds: compares(comparison, figures[measure]), found: `${figures[measure]}` }
}
