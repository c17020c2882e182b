import { counted } from '../play/words.ts'
import { compares, comparisonText } from './comparison.ts'
import type { Expectation, ExploreClaim, ExploreExperiment } from './experiment.ts'
import type { ClaimResult, ExperimentReport } from './experiment-report.ts'
import type { ExploredPath, Exploration, LessonParts } from './lesson-parts.ts'

const verdicts = {
  holds: 'nothing is wrong in any state',
  violated: 'something is wrong in a state',
  unknown: 'the budget ended the search: nobody knows',
}

/** Looks at every state in the scope. */
export function runExplore(
  experiment: ExploreExperiment,
  parts: LessonParts,
  onProgress: (text: string) => void,
): ExperimentReport {
  const { protocol, states, unsafe, claims } = experiment
  const found = parts.explore(experiment, onProgress)
  const broken =
    found.breach === undefined ? [] : [`Rule switched off for this search, ${unsafe}: ${found.breach}.`]
  const wanted = claims.flatMap(({ what }) => (what.what === 'seen' ? [what.name] : []))
  const shown = found.seen.filter(({ name }) => wanted.includes(name))
  return {
    setting: [
      `Every state that ${protocol} can come to: ${found.scope.join('; ')}. At most ${states} states.`,
      ...broken,
    ],
    head: ['verdict', 'states', 'generated', 'steps covered'],
    rows: [[verdicts[found.verdict], `${found.distinct}`, `${found.generated}`, `${found.covered}`]],
    paths: [...(found.violation === undefined ? [] : [brokenPath(found.violation)]), ...shown.map(seenPath)],
    claims: claims.map((claim) => resultOf(claim, found)),
  }
}

function brokenPath({ name, message, steps }: ExploredPath): ExperimentReport['paths'][number] {
  const came = message === '' ? '' : `, and here it is not: ${message}`
  return {
    title: `The shortest way to break it, ${counted(steps.length, 'step')}. It should be that ${name}${came}`,
    steps,
  }
}

function seenPath({ name, steps }: ExploredPath): ExperimentReport['paths'][number] {
  return { title: `The shortest way to see that ${name}, ${counted(steps.length, 'step')}`, steps }
}

function resultOf({ line, what: claim }: Expectation<ExploreClaim>, found: Exploration): ClaimResult {
  if (claim.what === 'states') {
    const text = `Number of states: ${comparisonText(claim.comparison, 'count')}`
    return { line, text, holds: compares(claim.comparison, found.distinct), found: `${found.distinct}` }
  }
  if (claim.what === 'violation') return pathResult(line, 'It can be broken', claim.steps, found.violation)
  if (claim.what === 'seen') {
    const path = found.seen.find(({ name }) => name === claim.name)
    return pathResult(line, `It is seen that ${claim.name}`, claim.steps, path)
  }
  const text =
    claim.what === 'holds' ? 'Nothing is wrong in any state of the scope' : 'The budget ends the search'
  return { line, text, holds: found.verdict === claim.what, found: verdicts[found.verdict] }
}

function pathResult(
  line: number,
  what: string,
  steps: number | undefined,
  path: ExploredPath | undefined,
): ClaimResult {
  const holds = path !== undefined && (steps === undefined || path.steps.length === steps)
  const text = `${what}${steps === undefined ? '' : `, in ${steps} steps at the least`}`
  return { line, text, holds, found: path === undefined ? 'none' : `${path.steps.length} steps` }
}
