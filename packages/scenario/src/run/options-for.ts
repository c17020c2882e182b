import { QuorateError } from '@quorate/core'
import { scriptError, unknownWord } from '../language/problem.ts'
import type { OptionValue, Scenario } from '../language/statement.ts'
import type { ScenarioEngine } from './scenario-engine.ts'

type Options = Readonly<Record<string, OptionValue>>

/** What a script's header gives an engine; an error if the script is not for it, or misspells an option. */
export function optionsFor({ header }: Scenario, { name, options: known }: ScenarioEngine): Options {
  const { engines } = header
  if (engines.length === 0) return {}
  const settings = engines.find(({ engine }) => engine === name)
  if (settings === undefined) {
    const names = engines.map(({ engine }) => engine)
    throw new QuorateError('USAGE', `the script is for ${names.join(' and ')}, not for ${name}`)
  }
  const stranger = known && namesOf(settings.options, '').find((option) => !isKnown(option, known))
  if (stranger === undefined) return settings.options
  throw scriptError(settings.line, unknownWord(stranger, `option of ${name}`, known!))
}

/** The options' names, with dots for those within others. */
function namesOf(options: Options, prefix: string): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    typeof value === 'object' ? namesOf(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  )
}

function isKnown(option: string, known: readonly string[]): boolean {
  return known.some((name) => (name.endsWith('.*') ? option.startsWith(name.slice(0, -1)) : option === name))
}
