import type { Scenario } from '../run/scenario.ts'
import type { Trial } from './trial.ts'

/**
 * Candidates, one after the other. The answer to each is the scenario to go on from if it fails as the original does
 * and is better (the candidate, without what came after its failure), and undefined if not. Ends with what was reached.
 */
export type Proposals = Generator<Scenario, Scenario, Scenario | undefined>

/** A way to make a scenario smaller. */
export interface Pass {
  /** For whoever watches. */
  readonly name: string
  /** `found`: what the scenario came to. */
  propose(scenario: Scenario, found: Trial): Proposals
}

/**
 * Proposes a scenario without one part of a list: first without all of it, then without halves, quarters and so on
 * down to single items, the last ones first. (Zeller's delta debugging, of which this keeps the complements.)
 */
export function* dropParts<Name extends 'plan' | 'calls'>(scenario: Scenario, name: Name): Proposals {
  let left = scenario
  for (let part = listOf(left, name).length; part >= 1; part = Math.floor(part / 2)) {
    let end = listOf(left, name).length
    while (end > 0) {
      const items = listOf(left, name)
      const start = Math.max(0, end - part)
      const taken = yield { ...left, [name]: [...items.slice(0, start), ...items.slice(end)] }
      left = taken ?? left
      end = Math.min(start, listOf(left, name).length)
    }
  }
  return left
}

function listOf(scenario: Scenario, name: 'plan' | 'calls'): readonly unknown[] {
  return scenario[name] ?? []
}
