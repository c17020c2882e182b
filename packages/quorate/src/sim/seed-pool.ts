import { Worker } from 'node:worker_threads'
import type { RunOptions } from './run-seed.ts'
import type { SeedSummary } from './seed-summary.ts'

/** Seeds handed to a worker at a time: enough that it seldom waits, few enough that all end together. */
const batch = 4

/** What a worker is sent: seeds to run. */
export type SeedBatch = readonly number[]

/**
 * Runs seeds in `jobs` worker threads and hands out their summaries in the order of `seeds`, so that what is made of
 * them does not depend on which worker was faster.
 */
export async function runInWorkers(
  options: RunOptions,
  seeds: readonly number[],
  jobs: number,
  onSummary: (summary: SeedSummary) => void,
): Promise<void> {
  const queue = new SeedQueue(seeds, onSummary)
  const workers = Array.from({ length: Math.min(jobs, Math.ceil(seeds.length / batch)) }, () =>
    startWorker(options),
  )
  try {
    await Promise.all(workers.map((worker) => feed(worker, queue)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Deals seeds out, and puts what comes back in order again. */
class SeedQueue {
  private readonly seeds: readonly number[]
  private readonly onSummary: (summary: SeedSummary) => void
  private readonly early = new Map<number, SeedSummary>()
  private dealt = 0
  private given = 0

  constructor(seeds: readonly number[], onSummary: (summary: SeedSummary) => void) {
    this.seeds = seeds
    this.onSummary = onSummary
  }

  /** The next seeds to run, by their place in the list; empty if none are left. */
  deal(): { readonly first: number; readonly seeds: SeedBatch } {
    const first = this.dealt
    this.dealt = Math.min(this.seeds.length, first + batch)
    return { first, seeds: this.seeds.slice(first, this.dealt) }
  }

  put(place: number, summary: SeedSummary): void {
    this.early.set(place, summary)
    for (let next = this.early.get(this.given); next !== undefined; next = this.early.get(this.given)) {
      this.early.delete(this.given++)
      this.onSummary(next)
    }
  }
}

function startWorker(options: RunOptions): Worker {
  return new Worker(new URL('sim-worker.js', import.meta.url), { workerData: options })
}

/** Keeps a worker busy until no seed is left. */
function feed(worker: Worker, queue: SeedQueue): Promise<void> {
  return new Promise((resolve, reject) => {
    let place = 0
    let left = 0
    const next = (): void => {
      const { first, seeds } = queue.deal()
      if (seeds.length === 0) return resolve()
      place = first
      left = seeds.length
      worker.postMessage(seeds)
    }
    worker.on('message', (summary: SeedSummary) => {
      queue.put(place++, summary)
      if (--left === 0) next()
    })
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new Error(`a worker ended with code ${code} before its work was done`)),
    )
    next()
  })
}
