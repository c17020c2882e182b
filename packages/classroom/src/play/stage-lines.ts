import type { OptionValue, Scenario } from '@quorate/scenario'
import { counted } from './words.ts'

/** What the engines are called among people. */
const names: Readonly<Record<string, string>> = { raft: 'Raft', zab: 'Zab', 'multi-paxos': 'Multi-Paxos' }

/** Who is about to act: so many nodes on that engine, and which rules are switched off. */
export function stageLines({ header }: Scenario, engine: string): readonly string[] {
  const { replicas, observers, spares, byHand, engines } = header
  const more = [
    ...(observers === 0 ? [] : [counted(observers, 'observer')]),
    ...(spares === 0
      ? []
      : [`${counted(spares, 'more node')} that ${spares === 1 ? 'is' : 'are'} not a member at first`]),
  ]
  const who = [counted(replicas, 'node'), ...more].join(', and ')
  const options = flat(engines.find((settings) => settings.engine === engine)?.options ?? {})
  const broken = options.filter(([name, value]) => name.startsWith('unsafe.') && value !== false)
  const others = options.filter(([name]) => !name.startsWith('unsafe.'))
  return [
    `${who} with the engine ${names[engine] ?? engine}.`,
    ...broken.map(([name, value]) => {
      const option = value === true ? name : `${name}=${value}`
      return `A rule of the engine is switched off for this run (option ${option}), to show what it is for.`
    }),
    ...(others.length === 0
      ? []
      : [`Settings: ${others.map(([name, value]) => `${name}=${value}`).join(', ')}.`]),
    ...(byHand ? ['What is written reaches a disk only when the scene says so.'] : []),
  ]
}

function flat(
  options: Readonly<Record<string, OptionValue>>,
  prefix = '',
): [string, string | number | boolean][] {
  return Object.entries(options).flatMap(([name, value]): [string, string | number | boolean][] =>
    typeof value === 'object' ? flat(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]],
  )
}
