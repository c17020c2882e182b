import { parentPort, workerData } from 'node:worker_threads'
import type { SeedBatch } from '../sim/seed-pool.ts'
import { recoverOnce } from './recovery-rows.ts'
import type { Subject } from './subjects.ts'

// The program of a worker thread of `quorate compare --connectivity`: runs the seeds that it is sent, one after the other.
const subjects = workerData as readonly Subject[]

parentPort?.on('message', (seeds: SeedBatch) => {
  for (const seed of seeds) parentPort?.postMessage(recoverOnce(subjects, seed))
})
