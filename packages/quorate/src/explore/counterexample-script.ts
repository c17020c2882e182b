import type { Counterexample } from '@quorate/check'
import {
  type EngineOptions,
  type OptionValue,
  nestOptions,
  playMoves,
  scenarioOfMoves,
} from '@quorate/scenario'
import { engineWith, knownEngine } from '../registry/engines.ts'

/** Which cluster the counterexample is of. */
export interface CounterexampleOf {
  readonly engine: string
  readonly options: EngineOptions
  readonly replicas: number
}

/**
 * A counterexample as a script that `quorate scenario` runs. It expects the violation at its end if a run shows it: the
 * model checker also sees what has not come to light yet, such as a decided entry that too few disks hold.
 */
export function counterexampleScript(
  { invariant, message, moves }: Counterexample,
  { engine, options, replicas }: CounterexampleOf,
): string {
  const definition = engineWith(engine, options)
  const { violations } = playMoves({ definition, replicas, checks: knownEngine(engine).checks }, moves)
  const isShown = violations.some((violation) => violation.invariant === invariant)
  const remark = `${invariant}: ${message}`
  return scenarioOfMoves(moves, {
    engine,
    options: nestOptions(options) as Readonly<Record<string, OptionValue>>,
    replicas,
    remarks: isShown
      ? [remark]
      : [remark, 'The model checker sees it in the state that these moves lead to.'],
    ...(isShown && { violates: invariant }),
  })
}
