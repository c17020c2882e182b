import { parentPort, workerData } from 'node:worker_threads'
import { type RunOptions, runSeed } from './run-seed.ts'
import type { SeedBatch } from './seed-pool.ts'
import { summarize } from './seed-summary.ts'

// The program of a worker thread of `quorate sim`: runs the seeds that it is sent, one after the other.
const options = workerData as RunOptions

parentPort?.on('message', (seeds: SeedBatch) => {
  for (const seed of seeds) parentPort?.postMessage(summarize(runSeed(options, seed)))
})
