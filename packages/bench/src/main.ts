import { runClusterBenchmarks } from './cluster-benchmark.ts'
import { runEngineBenchmarks } from './engine-benchmarks.ts'
import { runSimBenchmarks } from './sim-benchmarks.ts'

/** `npm run bench -- engine|cluster|sim [ENGINE…]`: figures as JSON on stdout. */
const [kind = 'engine', ...engines] = process.argv.slice(2)
const kinds: Readonly<Record<string, (engines: readonly string[]) => unknown>> = {
  engine: runEngineBenchmarks,
  cluster: runClusterBenchmarks,
  sim: runSimBenchmarks,
}
const run = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
if (run === undefined) {
  console.error(`bench: unknown benchmark "${kind}"; there is: ${Object.keys(kinds).join(', ')}`)
  process.exitCode = 64
} else {
  console.log(JSON.stringify(run(engines), undefined, 2))
}
