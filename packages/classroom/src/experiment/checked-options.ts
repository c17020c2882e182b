import { QuorateError } from '@quorate/core'
import type { ScenarioEngine } from '@quorate/scenario'
import type { NamedOptions } from './experiment.ts'

/** @throws QuorateError `USAGE` for an option that the engine does not have */
export function checkedOptions(engine: ScenarioEngine, options: NamedOptions): NamedOptions {
  const { options: known } = engine
  const stranger = Object.keys(options).find((name) => {
    const whole = `${name.split('.')[0]}.*`
    return known !== undefined && !known.includes(name) && !known.includes(whole)
  })
  if (stranger === undefined) return options
  throw new QuorateError('USAGE', `${engine.name} has no option "${stranger}"; it has ${known!.join(', ')}`)
}
