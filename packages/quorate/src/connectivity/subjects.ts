import type { EngineOptions } from '@quorate/scenario'
import { knownEngine, engineNames } from '../registry/engines.ts'

/** An engine with options, as the comparison names it. Plain data: it can be sent to a worker. */
export interface Subject {
  readonly name: string
  readonly engine: string
  readonly options: EngineOptions
}

/** Options whose purpose are such links, switched off. */
const variants: Readonly<Record<string, Readonly<Record<string, EngineOptions>>>> = {
  raft: {
    'no PreVote': { preVote: false },
    'no CheckQuorum': { checkQuorum: false },
    'without both': { preVote: false, checkQuorum: false },
  },
}

/**
 * Those engines, each as it is, and then without what it has for such links.
 *
 * @throws QuorateError `USAGE` for a name that is not known
 */
export function subjectsOf(engines: readonly string[] = engineNames): readonly Subject[] {
  return engines.flatMap((engine) => {
    const { name } = knownEngine(engine)
    const own = Object.entries(variants[name] ?? {})
    return [
      { name, engine, options: {} },
      ...own.map(([what, options]) => ({ name: `${name}, ${what}`, engine, options })),
    ]
  })
}
