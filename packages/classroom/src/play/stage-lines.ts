import type { OptionValue, Scenario } from '@quorate/scenario'
import { counted, nodesText, sentence } from './words.ts'

/** What the engines are called among people. */
const names: Readonly<Record<string, string>> = { raft: 'Raft', zab: 'Zab', 'multi-paxos': 'Multi-Paxos' }

/** Who is about to act: so many nodes on that engine, and which rules are switched off. */
export function stageLines({ header }: Scenario, engine: string): readonly string[] {
  const { replicas, observers, spares, byHand, engines } = header
  const others = [
    ...rest(replicas, observers, 'an observer', 'observers'),
    ...rest(replicas + observers, spares, 'not a member at first', 'not members at first'),
  ]
  const who = counted(replicas + observers + spares, 'node')
  const options = flat(engines.find((settings) => settings.engine === engine)?.options ?? {})
  const broken = options.filter(([name, value]) => name.startsWith('unsafe.') && value !== false)
  const settings = options.filter(([name]) => !name.startsWith('unsafe.'))
  return [
    [`${who} with the engine ${names[engine] ?? engine}.`, ...others].join(' '),
    ...broken.map(([name, value]) => {
      const option = value === true ? name : `${name}=${value}`
      return `A rule of the engine is switched off for this run (option ${option}), to show what it is for.`
    }),
    ...(settings.length === 0
      ? []
      : [`Settings: ${settings.map(([name, value]) => `${name}=${value}`).join(', ')}.`]),
    ...(byHand ? ['What is written reaches a disk only when the scene says so.'] : []),
  ]
}

/** What the nodes behind the first so many are. */
function rest(before: number, count: number, one: string, several: string): readonly string[] {
  if (count === 0) return []
  const nodes = Array.from({ length: count }, (_, i) => before + 1 + i)
  return [`${sentence(nodesText(nodes))} ${count === 1 ? `is ${one}` : `are ${several}`}.`]
}

function flat(
  options: Readonly<Record<string, OptionValue>>,
  prefix = '',
): [string, string | number | boolean][] {
  return Object.entries(options).flatMap(([name, value]): [string, string | number | boolean][] =>
    typeof value === 'object' ? flat(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]],
  )
}
