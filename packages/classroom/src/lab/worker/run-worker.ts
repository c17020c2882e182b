import { Worker } from 'node:worker_threads'
import type { Report, WorkOrder } from './protocol.ts'

/** How long one call of a student's may take: of processor time, and of waiting without any. */
export interface Patience {
  readonly processorMs: number
  readonly wallMs: number
}

const usualPatience: Patience = { processorMs: 2000, wallMs: 30_000 }
const lookEveryMs = 100

/** Why a worker ended before its work was done. */
export type WorkerEnd =
  | { readonly type: 'finished' }
  /** A call did not return; the place that it was at. */
  | { readonly type: 'stuck'; readonly place: number }
  | { readonly type: 'died'; readonly message: string }

/**
 * Runs a worker and hands on what it says. It is ended when one call of a student's code takes too long: processor time
 * is counted, so that a busy machine does no harm.
 */
export function runWorker(
  order: Omit<WorkOrder, 'cells'>,
  onReport: (report: Report) => void,
  patience: Patience = usualPatience,
): Promise<WorkerEnd> {
  const cells = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(programUrl, {
    workerData: { ...order, cells },
    // The same conditions for everybody, however this process was started.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
    stdout: true,
    stderr: true,
  })
  // Reports go to stdout; what the code prints must not get in between.
  worker.stdout.pipe(process.stderr, { end: false })
  worker.stderr.pipe(process.stderr, { end: false })
  return new Promise((resolve) => {
    let isOver = false
    const end = (how: WorkerEnd): void => {
      if (isOver) return
      isOver = true
      clearInterval(looking)
      void worker.terminate().then(() => resolve(how))
    }
    const looking = setInterval(lookOut(cells, patience, end), lookEveryMs)
    worker.on('message', (report: Report) => {
      if (report.type === 'done') end({ type: 'finished' })
      else onReport(report)
    })
    worker.on('error', (error: Error) => end({ type: 'died', message: error.message }))
    worker.on('exit', (code) => end({ type: 'died', message: `it ended the process, with code ${code}` }))
  })
}

/** The program as built, also for those who run the sources. */
const programUrl: URL = new URL('../../../dist/lab/worker/lab-worker.js', import.meta.url)

function lookOut(
  cells: Int32Array,
  { processorMs, wallMs }: Patience,
  end: (how: WorkerEnd) => void,
): () => void {
  let beat = -1
  let usage = process.cpuUsage()
  let waited = 0
  return () => {
    const place = cells[1]!
    const now = Atomics.load(cells, 0)
    if (place === 0 || now !== beat) {
      beat = now
      usage = process.cpuUsage()
      waited = 0
      return
    }
    waited += lookEveryMs
    const { user, system } = process.cpuUsage(usage)
    if ((user + system) / 1000 >= processorMs || waited >= wallMs) end({ type: 'stuck', place: place - 1 })
  }
}
