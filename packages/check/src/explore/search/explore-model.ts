import type { ModelReport } from '../model/model-report.ts'
import type { StateModel } from '../model/state-model.ts'
import { BreadthFirst } from './breadth-first.ts'
import { DepthFirst } from './depth-first.ts'
import type { Search } from './search.ts'
import { checkSearchOptions, type SearchOptions } from './search-options.ts'

/** States expanded between two looks at whether there is more to do. */
const slice = 100_000

/** Begins a search that the caller carries out in slices. Options that cannot work are a `QuorateError` with code `USAGE`. */
export function startSearch<State, Action>(
  model: StateModel<State, Action>,
  options: SearchOptions = {},
): Search<State, Action> {
  checkSearchOptions(options)
  return options.order === 'dfs' ? new DepthFirst(model, options) : new BreadthFirst(model, options)
}

/** Searches a model's states to the end of the scope or of the budget. Equal models and options give equal reports. */
export function exploreModel<State, Action>(
  model: StateModel<State, Action>,
  options: SearchOptions = {},
): ModelReport<State, Action> {
  const search = startSearch(model, options)
  while (search.advance(slice));
  return search.report()
}
