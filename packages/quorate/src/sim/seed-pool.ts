import { Worker } from 'node:worker_threads'

/** Seeds handed to a worker at a time: enough that it seldom waits, few enough that all end together. */
const batch = 4

/** What a worker is sent: seeds to run. */
export type SeedBatch = readonly number[]

/**
 * Runs seeds in `jobs` worker threads and hands out what comes of them in the order of `seeds`, so that what is made of
 * it does not depend on which worker was faster.
 *
 * @param program of a worker: it is started with `options` as its data, is sent {@link SeedBatch}es, and posts one
 *   result for each seed, in order
 */
export async function runInWorkers<Result>(
  program: URL,
  options: unknown,
  seeds: readonly number[],
  jobs: number,
  onResult: (result: Result) => void,
): Promise<void> {
  const queue = new SeedQueue(seeds, onResult)
  const workers = Array.from(
    { length: Math.min(jobs, Math.ceil(seeds.length / batch)) },
    () => new Worker(program, { workerData: options }),
  )
  try {
    await Promise.all(workers.map((worker) => feed(worker, queue)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Deals seeds out, and puts what comes back in order again. */
class SeedQueue<Result> {
  private readonly seeds: readonly number[]
  private readonly onResult: (result: Result) => void
  private readonly early = new Map<number, Result>()
  private dealt = 0
  private given = 0

  constructor(seeds: readonly number[], onResult: (result: Result) => void) {
    this.seeds = seeds
    this.onResult = onResult
  }

  /** The next seeds to run, by their place in the list; empty if none are left. */
  deal(): { readonly first: number; readonly seeds: SeedBatch } {
    const first = this.dealt
    this.dealt = Math.min(this.seeds.length, first + batch)
    return { first, seeds: this.seeds.slice(first, this.dealt) }
  }

  put(place: number, result: Result): void {
    this.early.set(place, result)
    for (let next = this.early.get(this.given); next !== undefined; next = this.early.get(this.given)) {
      this.early.delete(this.given++)
      this.onResult(next)
    }
  }
}

/** Keeps a worker busy until no seed is left. */
function feed<Result>(worker: Worker, queue: SeedQueue<Result>): Promise<void> {
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
    worker.on('message', (result: Result) => {
      queue.put(place++, result)
      if (--left === 0) next()
    })
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new Error(`a worker ended with code ${code} before its work was done`)),
    )
    next()
  })
}
