import type { Complain } from '../lesson/lesson-error.ts'
import type { Fence } from '../lesson/markdown.ts'
import { parseComparison } from './comparison.ts'
import {
  type ElectionClaim,
  type ElectionsExperiment,
  type Experiment,
  type ExploreClaim,
  type ExploreExperiment,
  type Range,
  type SeedClaim,
  type SeedsExperiment,
  electionMeasures,
  seedMeasures,
} from './experiment.ts'
import { SettingLines, rangeOf } from './setting-lines.ts'

/** Fences that are experiments. */
export const experimentKinds = ['elections', 'explore', 'seeds'] as const

/** Reads an experiment: its settings, what it claims, and the words for the reader. */
export function parseExperiment(
  kind: Experiment['kind'],
  fence: Fence,
  complain: Complain,
): { readonly experiment: Experiment; readonly notes: readonly string[] } {
  const lines = new SettingLines(fence, complain)
  const experiment = readExperiment(kind, lines, complain)
  lines.end()
  return { experiment, notes: lines.notes }
}

function readExperiment(kind: Experiment['kind'], lines: SettingLines, complain: Complain): Experiment {
  if (kind === 'elections') return readElections(lines, complain)
  return kind === 'explore' ? readExplore(lines, complain) : readSeeds(lines, complain)
}

function readElections(lines: SettingLines, complain: Complain): ElectionsExperiment {
  const voters = lines.count('voters', 5, 1, 15)
  const live = lines.count('live', voters - 1, Math.floor(voters / 2) + 1, voters)
  const hop = lines.one('latency')
  const latency = lines.duration(hop, hop?.rest, 10)
  const ranges = rangesOf(lines, complain)
  const give = lines.one('give')
  return {
    kind: 'elections',
    voters,
    live,
    latency,
    elections: lines.count('elections', 1000, 1, 20_000),
    giveUp: lines.duration(give, give && /^up (\S+)$/.exec(give.rest)?.[1], 20_000),
    ranges,
    options: lines.options(),
    claims: lines.claims(
      (text, line) => electionClaim(text, ranges, (problem) => complain(line, problem)),
      `a measure (${electionMeasures.join(', ')}), "at 150ms..300ms" if there are several lines, and "below 10%" or the like`,
    ),
  }
}

function rangesOf(lines: SettingLines, complain: Complain): readonly Range[] {
  const ranges = lines.all('timeouts').map(({ rest, line }) => {
    const range = rangeOf(rest)
    if (range === undefined) throw complain(line, `"${rest}" is no range; 150ms..300ms is expected`)
    return range
  })
  if (ranges.length === 0) throw complain(lines.line, 'a line "timeouts 150ms..300ms" is expected')
  return ranges
}

function electionClaim(
  text: string,
  ranges: readonly Range[],
  complain: (problem: string) => Error,
): ElectionClaim | undefined {
  const [, name, at, rest] = /^(\w+)(?: at (\S+))? (.+)$/.exec(text) ?? []
  const measure = electionMeasures.find((known) => known === name)
  const comparison = parseComparison(rest ?? '')
  if (measure === undefined || comparison === undefined) return undefined
  if (comparison.how === 'about form' && measure !== 'split' && measure !== 'mean') {
    throw complain(`the closed form gives split and mean, not ${measure}`)
  }
  const wanted = at === undefined ? undefined : rangeOf(at)
  const range =
    at === undefined && ranges.length === 1
      ? ranges[0]
      : ranges.find(({ min, max }) => min === wanted?.min && max === wanted.max)
  if (range !== undefined) return { measure, range, comparison }
  throw complain(`"at" and one of ${ranges.map(rangeText).join(', ')} is expected`)
}

export function rangeText({ min, max }: Range): string {
  return `${min}ms..${max}ms`
}

function readExplore(lines: SettingLines, complain: Complain): ExploreExperiment {
  const quorums = lines.one('quorums')
  const sizes = /^(\d{1,2}),\s*(\d{1,2})$/.exec(quorums?.rest ?? '')
  if (quorums !== undefined && sizes === null) {
    throw complain(quorums.line, `"${quorums.rest}" are no sizes of quorums; 2,2 is expected`)
  }
  return {
    kind: 'explore',
    protocol: lines.text('protocol', undefined, ['paxos', 'fast-paxos', 'caspaxos']),
    proposers: lines.count('proposers', undefined, 1, 5),
    acceptors: lines.count('acceptors', undefined, 1, 7),
    rounds: lines.count('rounds', undefined, 1, 20),
    crashes: lines.count('crashes', undefined, 0, 100),
    quorums: sizes === null ? undefined : [Number(sizes[1]), Number(sizes[2])],
    unsafe: lines.one('unsafe')?.rest,
    symmetry: lines.flag('symmetry'),
    states: lines.count('states', 200_000, 1, 2_000_000),
    claims: lines.claims(
      exploreClaim,
      '"holds", "violation [in 15 steps]", "seen "NAME" [in 15 steps]", "unknown" or "states below 5000"',
    ),
  }
}

function exploreClaim(text: string): ExploreClaim | undefined {
  if (text === 'holds' || text === 'unknown') return { what: text }
  const states = /^states (.+)$/.exec(text)?.[1]
  const comparison = states === undefined ? undefined : parseComparison(states)
  if (comparison !== undefined && comparison.how !== 'about form') return { what: 'states', comparison }
  const violation = /^violation(?: in (\d{1,4}) steps?)?$/.exec(text)
  if (violation !== null) return { what: 'violation', steps: numberIn(violation[1]) }
  const seen = /^seen "([^"]+)"(?: in (\d{1,4}) steps?)?$/.exec(text)
  return seen === null ? undefined : { what: 'seen', name: seen[1]!, steps: numberIn(seen[2]) }
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function readSeeds(lines: SettingLines, complain: Complain): SeedsExperiment {
  const seeds = lines.one('seeds')
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(seeds?.rest ?? '1..20') ?? []
  const [first, last] = [Number(from), Number(to)]
  if (seeds !== undefined && !(first <= last && last - first < 200)) {
    throw complain(seeds.line, `"${seeds.rest}" are no seeds; 1..20 is expected, and at most 200 of them`)
  }
  return {
    kind: 'seeds',
    engine: lines.text('engine', undefined),
    options: lines.options(),
    machine: lines.text('machine', 'mvcc'),
    replicas: lines.count('replicas', undefined, 1, 9),
    faults: lines.text('faults', 'all'),
    first,
    last,
    claims: lines.claims(
      seedClaim,
      `a measure (${seedMeasures.join(', ')}) and "at least 1" or the like, or "violation "NAME""`,
    ),
  }
}

function seedClaim(text: string): SeedClaim | undefined {
  const violation = /^violation "([^"]+)"$/.exec(text)
  if (violation !== null) return { what: 'violation', name: violation[1]! }
  const [, name, rest] = /^(\w+) (.+)$/.exec(text) ?? []
  const measure = seedMeasures.find((known) => known === name)
  const comparison = parseComparison(rest ?? '')
  if (measure === undefined || comparison === undefined || comparison.how === 'about form') return undefined
  return { what: 'measure', measure, comparison }
}
