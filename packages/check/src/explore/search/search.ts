import type { ModelReport, SearchProgress } from '../model/model-report.ts'

/** A search under way. It can be carried out in slices, so that a page stays alive and progress can be shown. */
export interface Search<State, Action> {
  /** Expands at most `states` states. Gives whether there is more to do. */
  advance(states: number): boolean
  progress(): SearchProgress
  /** What is known so far. */
  report(): ModelReport<State, Action>
}
