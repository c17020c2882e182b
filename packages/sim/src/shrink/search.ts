import { QuorateError, assert, finish, mixString } from '@quorate/core'
import type { Scenario } from '../run/scenario.ts'
import type { Pass } from './pass.ts'
import type { ShrinkBudget, ShrinkProgress, ShrinkResult } from './progress.ts'
import { type RunSize, costOf, sizeOf } from './size.ts'
import type { Trial, TrialLimit, TryScenario } from './trial.ts'
import { failsInChaos, trim } from './trim.ts'

const defaultBudget: Required<ShrinkBudget> = { runs: 2000, events: 5_000_000 }

/** The least and the greatest part of the runs left that one pass may use before it is the next one's turn. */
const fewestRuns = 30
const largestShare = 0.3

/** A run with something taken out may fail later: by so much of its time, and so many milliseconds. */
const slackShare = 0.2
const slackMs = 300

const unlimited: TrialLimit = { steps: Infinity, virtualMs: Infinity }

/** The smallest failing scenario so far, and the account of what finding it has cost. */
export class Search {
  private readonly trial: TryScenario
  private readonly budget: Required<ShrinkBudget>
  private readonly original: RunSize
  private readonly signature: string
  /** Does the original fail while things go wrong? What does so has no need to be followed for longer. */
  private readonly inChaos: boolean
  private scenario!: Scenario
  private found!: Trial
  private smallest!: RunSize
  /** Of the smallest, in events. */
  private cost!: number
  private runs = 0
  private events = 0
  /** What was tried, hashed: passes come by again. */
  private readonly tried = new Set<string>()

  constructor(scenario: Scenario, trial: TryScenario, budget: ShrinkBudget) {
    this.trial = trial
    this.budget = { ...defaultBudget, ...budget }
    const first = this.run(scenario, unlimited)
    if (first.signature === undefined) {
      throw new QuorateError(
        'USAGE',
        `the run of seed ${scenario.seed} does not fail: there is nothing to shrink`,
      )
    }
    this.signature = first.signature
    this.original = sizeOf(scenario, first)
    this.inChaos = failsInChaos(scenario, first)
    this.take(scenario, first)
  }

  get hasBudget(): boolean {
    // The last run is for the result.
    return this.runs < this.budget.runs - 1 && this.events < this.budget.events
  }

  progress(pass: string): ShrinkProgress {
    return { runs: this.runs, events: this.events, pass, smallest: this.smallest }
  }

  /** Tries what a pass proposes. Gives whether it came to an end, and whether it found anything. */
  *follow(pass: Pass): Generator<ShrinkProgress, { ended: boolean; improved: boolean }, undefined> {
    const share = Math.max(fewestRuns, (this.budget.runs - this.runs) * largestShare)
    const limit = this.runs + share
    const before = this.cost
    const proposals = pass.propose(this.scenario, this.found)
    let next = proposals.next()
    while (next.done !== true && this.hasBudget && this.runs < limit) {
      const { runs } = this
      const isBetter = this.consider(next.value)
      if (this.runs > runs) yield this.progress(pass.name)
      next = proposals.next(isBetter ? this.scenario : undefined)
    }
    return { ended: next.done === true, improved: this.cost < before }
  }

  /** Runs the smallest once more, to be sure of it. */
  result(isComplete: boolean): ShrinkResult {
    const { signature, original, smallest } = this
    const scenario = trim(this.scenario, this.found, 1)
    const last = this.run(scenario, unlimited)
    assert(last.signature === signature && last.steps === smallest.steps, 'the shrunk run fails as it did', {
      signature,
      last,
    })
    return {
      scenario,
      signature,
      original,
      smallest,
      runs: this.runs,
      events: this.events,
      isComplete,
    }
  }

  /** Takes a candidate if it fails as the original does, and costs less. */
  private consider(candidate: Scenario): boolean {
    const key = hashOf(candidate)
    if (this.tried.has(key)) return false
    this.tried.add(key)
    // A run that goes on for longer cannot cost less.
    const most = this.cost - costOf(candidate) - 1
    if (most < 1) return false
    const trial = this.run(candidate, { steps: most, virtualMs: this.inChaos ? candidate.chaos : Infinity })
    if (trial.signature !== this.signature) return false
    this.take(candidate, trial)
    return true
  }

  private take(scenario: Scenario, trial: Trial): void {
    this.scenario = trim(scenario, trial, trial.virtualMs * slackShare + slackMs)
    this.found = trial
    this.smallest = sizeOf(this.scenario, trial)
    this.cost = costOf(this.scenario) + trial.steps
  }

  private run(scenario: Scenario, limit: TrialLimit): Trial {
    const trial = this.trial(scenario, limit)
    this.runs += 1
    this.events += trial.steps
    return trial
  }
}

function hashOf(scenario: Scenario): string {
  const text = JSON.stringify(scenario)
  return `${finish(mixString(0, text))} ${finish(mixString(1, text))}`
}
