export type { Counterexample, Exploration, ExploreOptions, ExploreReport } from './explore-engine.ts'
export { exploreEngine, startExploration } from './explore-engine.ts'
export type { ExploreInvariant } from './engine-model/history.ts'
export type { EngineRules } from './engine-model/engine-rules.ts'
export type { EngineScope } from './engine-model/scope.ts'
export type {
  ExploreVerdict,
  ModelReport,
  Path,
  PropertyReport,
  SearchEnd,
  SearchProgress,
} from './model/model-report.ts'
export type { Property, PropertyKind, StateModel, StatePacking } from './model/state-model.ts'
export { exploreModel, startSearch } from './search/explore-model.ts'
export type { Search } from './search/search.ts'
export type { SearchOptions } from './search/search-options.ts'
export { Fingerprint } from './store/fingerprint.ts'
