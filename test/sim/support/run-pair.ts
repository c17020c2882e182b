import { type SimOptions, SimTotals, formatFailure, formatTotals, isGood, parseSeeds, runSeed } from 'quorate'

/** Runs all seeds of an engine with a machine. The error of the first that fails says how to run it again. */
export function runPair(options: SimOptions): SimTotals {
  const totals = new SimTotals()
  const began = performance.now()
  for (const seed of parseSeeds(options.seeds)) {
    const result = runSeed(options, seed)
    totals.add(result)
    if (!isGood(result)) throw new Error(formatFailure(options, result).join('\n'))
  }
  console.log(formatTotals(options, totals, performance.now() - began).join('\n'))
  return totals
}
