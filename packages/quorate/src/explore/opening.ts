import { QuorateError } from '@quorate/core'
import { type EngineOptions, enginesOf, flattenOptions, parseScenario, runScenario } from '@quorate/scenario'
import type { Move } from '@quorate/sim'
import { engineWith, knownEngine } from '../registry/engines.ts'

/** Where an exploration starts: the state that a script leads to. */
export interface Opening {
  readonly engine: string
  readonly options: EngineOptions
  readonly replicas: number
  readonly moves: readonly Move[]
}

/**
 * The state that a script of the scenario language leads to, on the engine and with the options that its header names.
 * `given` takes precedence over both.
 *
 * @throws QuorateError `USAGE` for a script that cannot be run to its end, or that has observers or
 * changes members
 */
export function openingOf(
  script: string,
  given: { readonly engine?: string | undefined; readonly options: EngineOptions },
): Opening {
  const scenario = parseScenario(script)
  const { engines, replicas, observers, spares } = scenario.header
  if (observers + spares > 0)
    throw new QuorateError(
      'USAGE',
      'explore: observers and spares are not explored; take them out of the script',
    )
  const name = given.engine ?? enginesOf(scenario)[0] ?? 'raft'
  const named = engines.find(({ engine }) => engine === name)?.options ?? {}
  const options = { ...flattenOptions(named), ...given.options }
  const engine = { ...knownEngine(name), create: () => engineWith(name, options) }
  const { failures, moves } = runScenario(scenario, { engine })
  const [failure] = failures
  if (failure !== undefined) {
    throw new QuorateError('USAGE', `explore: line ${failure.line} of the script: ${failure.message}`)
  }
  if (moves.some(({ type }) => type === 'reconfigure')) {
    throw new QuorateError(
      'USAGE',
      'explore: changes of membership are not explored; take them out of the script',
    )
  }
  if (moves.some(({ type }) => type === 'transfer')) {
    throw new QuorateError(
      'USAGE',
      'explore: transfers of leadership are not explored; take them out of the script',
    )
  }
  if (moves.some(({ type }) => type === 'clock')) {
    throw new QuorateError(
      'USAGE',
      'explore: clocks that go at rates of their own are not explored; take them out of the script',
    )
  }
  // The model checker's clock stands still.
  return { engine: name, options, replicas, moves: moves.filter(({ type }) => type !== 'wait') }
}
