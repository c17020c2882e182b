import {
  type SimOptions,
  SimTotals,
  explainFailure,
  formatTotals,
  isGood,
  parseSeeds,
  runSeed,
  summarize,
} from 'quorate'

const silent = { line: (): void => {}, progress: (): void => {} }

/** Runs all seeds of an engine with a machine. The error of the first that fails says how to run it again. */
export function runPair(options: SimOptions): SimTotals {
  const totals = new SimTotals()
  const began = performance.now()
  for (const seed of parseSeeds(options.seeds)) {
    const result = runSeed(options, seed)
    totals.add(summarize(result))
    if (!isGood(result)) throw new Error(explainFailure(options, seed, silent).join('\n'))
  }
  console.log(formatTotals(options, totals, performance.now() - began).join('\n'))
  return totals
}
