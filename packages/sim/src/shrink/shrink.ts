import type { Scenario } from '../run/scenario.ts'
import type { Pass } from './pass.ts'
import { calmDown } from './passes/calm-down.ts'
import { cutTime } from './passes/cut-time.ts'
import { dropCalls } from './passes/drop-calls.ts'
import { dropFaults } from './passes/drop-faults.ts'
import { fewerClients } from './passes/fewer-clients.ts'
import { fewerReplicas } from './passes/fewer-replicas.ts'
import { otherSeeds } from './passes/other-seeds.ts'
import { roundNumbers } from './passes/round-numbers.ts'
import { settleFaults } from './passes/settle-faults.ts'
import { vary } from './passes/vary.ts'
import { waitLess } from './passes/wait-less.ts'
import type { ShrinkBudget, ShrinkProgress, ShrinkResult } from './progress.ts'
import { Search } from './search.ts'
import type { TryScenario } from './trial.ts'

/** What makes a run shorter; those that take most away first. */
const coarse: readonly Pass[] = [
  waitLess,
  dropFaults,
  settleFaults,
  dropCalls,
  cutTime,
  calmDown,
  fewerReplicas,
  otherSeeds,
  vary,
]

/** Besides, what makes it easier to read. */
const fine: readonly Pass[] = [fewerClients, roundNumbers]

/** What besides the budget may be said of how to shrink. */
export interface ShrinkOptions extends ShrinkBudget {
  /** Called after every run. */
  readonly onProgress?: (progress: ShrinkProgress) => void
}

/**
 * Makes a failing run small: fewer faults, operations, replicas and clients, less time, calmer conditions, rounder
 * numbers, as long as it fails in the same way. Deterministic.
 *
 * ```ts
 * const { scenario } = shrink(report.scenario, trialsOf({ engine, machine, workload }))
 * ```
 *
 * @throws QuorateError `USAGE` if the run does not fail
 */
export function shrink(scenario: Scenario, trial: TryScenario, options: ShrinkOptions = {}): ShrinkResult {
  const { onProgress, ...budget } = options
  const steps = shrinkSteps(scenario, trial, budget)
  for (;;) {
    const next = steps.next()
    if (next.done === true) return next.value
    onProgress?.(next.value)
  }
}

/** The same, one run at a time: for a page that has other things to do as well. */
export function* shrinkSteps(
  scenario: Scenario,
  trial: TryScenario,
  budget: ShrinkBudget = {},
): Generator<ShrinkProgress, ShrinkResult, undefined> {
  const search = new Search(scenario, trial, budget)
  yield search.progress('original')
  let isComplete = false
  for (const passes of [coarse, [...coarse, ...fine]]) isComplete = yield* repeat(search, passes)
  return search.result(isComplete)
}

/** All passes, again and again until none finds anything; false if the budget was used up before. */
function* repeat(search: Search, passes: readonly Pass[]): Generator<ShrinkProgress, boolean, undefined> {
  while (search.hasBudget) {
    let isDone = true
    for (const pass of passes) {
      const { ended, improved } = yield* search.follow(pass)
      if (!ended || improved) isDone = false
    }
    if (isDone) return true
  }
  return false
}
