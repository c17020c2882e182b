import { type ModelReport, startSearch } from '@quorate/check'
import type {
  Exploration,
  ExploreSettings,
  ExploredPath,
  LessonParts,
  SeedOutcome,
  SeedSettings,
} from '@quorate/classroom'
import type { SystemAction, SystemState } from '../explore/protocols/actor-model.ts'
import type { ProtocolModel } from '../explore/protocols/protocol.ts'
import { scopeOf } from '../explore/protocols/protocol-options.ts'
import { protocolNamed } from '../explore/protocols/protocols.ts'
import { formatProgress } from '../explore/explore-report.ts'
import { searchShowing } from '../explore/search-showing.ts'
import { knownEngine } from '../registry/engines.ts'
import { isGood, runSeed } from '../sim/run-seed.ts'

/** What lessons are played with: every engine, the model checker on protocols, and the simulator. */
export const lessonParts: LessonParts = {
  engine: knownEngine,
  explore: exploreProtocol,
  runSeed: runLessonSeed,
}

function exploreProtocol(settings: ExploreSettings, onProgress: (text: string) => void): Exploration {
  const protocol = protocolNamed(settings.protocol)
  const { unsafe, symmetry, states, quorums, proposers, acceptors, rounds, crashes } = settings
  const scope = scopeOf(protocol, {
    protocol: protocol.name,
    proposers,
    acceptors,
    rounds,
    crashes,
    quorums,
    unsafe,
    order: 'bfs',
    symmetry,
    states,
  })
  const built = protocol.build(scope)
  const search = startSearch(built.model, { order: 'bfs', symmetry, maxStates: states })
  searchShowing(search, (progress, ms) => onProgress(`${protocol.name}: ${formatProgress(progress, ms)}`))
  const report = search.report()
  const { verdict, distinct, generated, covered } = report
  return {
    verdict,
    scope: built.scope,
    breach: unsafe === undefined ? undefined : protocol.rules[unsafe]!.breach,
    distinct,
    generated,
    covered,
    violation: pathsOf(built, report, 'always', 'violated')[0],
    seen: pathsOf(built, report, 'sometimes', 'holds'),
  }
}

function pathsOf(
  built: ProtocolModel,
  { properties }: ModelReport<SystemState, SystemAction>,
  kind: 'always' | 'sometimes',
  verdict: 'holds' | 'violated',
): ExploredPath[] {
  return properties.flatMap((property) => {
    const { name, message, path } = property
    if (property.kind !== kind || property.verdict !== verdict || path === undefined) return []
    const states = [path.initial, ...path.steps.map(({ state }) => state)]
    const steps = path.steps.map(({ action, state }, i) => built.describe(states[i]!, action, state))
    return [{ name, message: message ?? '', steps }]
  })
}

function runLessonSeed(
  { engine, machine, replicas, faults, options }: SeedSettings,
  seed: number,
): SeedOutcome {
  const result = runSeed({ engine, machine, replicas, faults, option: options }, seed)
  const { report, verdict } = result
  const isFailed = !isGood(result)
  const end = isFailed ? 'failed' : verdict?.linearizable === 'unknown' ? 'undecided' : 'good'
  const violation = report.violation?.invariant ?? (isFailed ? 'history' : undefined)
  return { end, violation, commits: report.commits, elections: report.elections }
}
