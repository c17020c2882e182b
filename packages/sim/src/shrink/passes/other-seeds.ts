import type { Pass } from '../pass.ts'

/** How many are tried before this gives up. */
const tries = 24

/**
 * Other seeds: when everything that matters is in the scenario, what is left to the seed is how long each frame, sync
 * and timer takes, and another draw of it may fail sooner.
 */
export const otherSeeds: Pass = {
  name: 'seeds',
  *propose(scenario) {
    let left = scenario
    for (let seed = 1; seed <= tries; seed++) {
      if (seed !== left.seed) left = (yield { ...left, seed }) ?? left
    }
    return left
  },
}
