import type { Scenario } from '@quorate/sim'
import type { EngineOptions } from './engine-options.ts'

/** Everything that decides a run and can be written down: a {@link Scenario}, but for what only its drawing needs. */
export type RunScenario = Omit<Scenario, 'kinds'>

/** A run of the simulator, as a file says it. Plain data. */
export interface RunFile {
  /** What there is to know, for people: the comments at the file's top, a line each. */
  readonly notes: readonly string[]
  /** The engine's name: `raft`, `zab`, … */
  readonly engine: string
  /** The engine's options, by dotted names: `unsafe.commitOldTerms`. */
  readonly options: EngineOptions
  /** The machine's name, which stands for its workload too: `mvcc`, `znode`, … */
  readonly machine: string
  readonly scenario: RunScenario
}

/** Makes a run file of a scenario that was drawn, reported or shrunk. */
export function runFileOf(
  parts: Omit<RunFile, 'scenario' | 'notes'> & { readonly notes?: readonly string[] },
  scenario: RunScenario & Partial<Scenario>,
): RunFile {
  const { kinds: _, ...rest } = scenario
  return {
    notes: parts.notes ?? [],
    engine: parts.engine,
    options: parts.options,
    machine: parts.machine,
    scenario: rest,
  }
}
