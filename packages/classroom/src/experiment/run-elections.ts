import { nestOptions } from '@quorate/scenario'
import { sentence } from '../play/words.ts'
import { closedForm } from './closed-form.ts'
import { compares, comparisonText, formatValue, type Unit } from './comparison.ts'
import { ElectionRaces } from './election-races.ts'
import type { ElectionClaim, ElectionMeasure, ElectionsExperiment, Expectation, Range } from './experiment.ts'
import type { ClaimResult, ExperimentReport } from './experiment-report.ts'
import type { LessonParts } from './lesson-parts.ts'
import { checkedOptions } from './checked-options.ts'
import { rangeText } from './parse-experiment.ts'

type Figures = Readonly<Record<ElectionMeasure, number>>

const units: Readonly<Record<ElectionMeasure, Unit>> = {
  split: 'share',
  mean: 'time',
  median: 'time',
  p99: 'time',
  terms: 'count',
  none: 'share',
}

const words: Readonly<Record<ElectionMeasure, string>> = {
  split: 'first votes that elect nobody',
  mean: 'mean time to a leader',
  median: 'median time to a leader',
  p99: 'time to a leader in all but 1% of elections',
  terms: 'mean number of terms',
  none: 'elections without a leader in time',
}

/** Elections between two words of progress. */
const slice = 500

/** Runs the elections of every line of the table. */
export function runElections(
  experiment: ElectionsExperiment,
  parts: LessonParts,
  onProgress: (text: string) => void,
): ExperimentReport {
  const { voters, live, latency, elections, ranges, claims, options } = experiment
  const measured = new Map<Range, Figures>()
  for (const range of ranges) {
    measured.set(
      range,
      measure(experiment, range, parts, (done) => {
        onProgress(`elections: ${rangeText(range)}, ${done} of ${elections}`)
      }),
    )
  }
  const extra = Object.entries(options).map(([name, value]) => `, ${name}=${value}`)
  return {
    setting: [
      `${elections} elections for each line of the table, on the Raft engine: ${live} of ${voters} nodes run, a message takes ${latency} ms${extra.join('')}.`,
    ],
    head: [
      'timeouts',
      'split',
      'split, closed form',
      'mean',
      'mean, closed form',
      'median',
      'p99',
      'terms',
      'none',
    ],
    rows: ranges.map((range) => rowOf(experiment, range, measured.get(range)!)),
    paths: [],
    claims: claims.map((claim) => resultOf(experiment, claim, measured.get(claim.what.range)!)),
  }
}

function measure(
  { voters, live, latency, elections, giveUp, options }: ElectionsExperiment,
  { min, max }: Range,
  parts: LessonParts,
  onProgress: (done: number) => void,
): Figures {
  const engine = parts.engine('raft')
  const given = checkedOptions(engine, {
    preVote: false,
    heartbeatInterval: min / 3,
    ...options,
    'electionTimeout.min': min,
    'electionTimeout.max': max,
  })
  const races = new ElectionRaces({
    definition: engine.create(nestOptions(given)),
    voters,
    live,
    latency,
    giveUp,
  })
  const times: number[] = []
  let [split, terms] = [0, 0]
  for (let seed = 1; seed <= elections; seed++) {
    const race = races.run(seed)
    if (race.time !== undefined) times.push(race.time)
    if (race.terms > 1) split += 1
    terms += race.terms
    if (seed % slice === 0) onProgress(seed)
  }
  times.sort((a, b) => a - b)
  return {
    split: split / elections,
    mean: times.reduce((sum, time) => sum + time, 0) / times.length,
    median: times[Math.floor(times.length / 2)] ?? NaN,
    p99: times[Math.min(times.length - 1, Math.floor(times.length * 0.99))] ?? NaN,
    terms: terms / elections,
    none: 1 - times.length / elections,
  }
}

function rowOf({ voters, live, latency }: ElectionsExperiment, range: Range, figures: Figures): string[] {
  const form = closedForm({ voters, live, latency, ...range })
  const show = (name: ElectionMeasure): string => formatValue(figures[name], units[name])
  const [split, mean] = form === undefined ? [1, NaN] : [form.split, form.mean]
  return [
    `${range.min} to ${range.max} ms`,
    show('split'),
    formatValue(split, 'share'),
    show('mean'),
    formatValue(mean, 'time'),
    ...(['median', 'p99', 'terms', 'none'] as const).map(show),
  ]
}

function resultOf(
  { voters, live, latency }: ElectionsExperiment,
  { line, what }: Expectation<ElectionClaim>,
  figures: Figures,
): ClaimResult {
  const { measure: name, range, comparison } = what
  const form = closedForm({ voters, live, latency, ...range })
  const found = figures[name]
  const holds =
    name === 'mean' && comparison.how === 'about form'
      ? form !== undefined && Math.abs(found / form.mean - 1) <= comparison.within
      : compares(comparison, found, form?.[name as 'split' | 'mean'])
  const text = `${sentence(words[name])}, with timeouts of ${range.min} to ${range.max} ms: ${comparisonText(comparison, units[name])}`
  return { line, text, holds, found: formatValue(found, units[name]) }
}
