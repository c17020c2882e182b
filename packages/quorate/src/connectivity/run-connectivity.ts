import { availableParallelism } from 'node:os'
import { recoveryLimits } from '@quorate/sim'
import { writeTextFile } from '../files/text-files.ts'
import type { CommandOutput } from '../report/command-output.ts'
import { formatDuration } from '../report/format-duration.ts'
import { runInWorkers } from '../sim/seed-pool.ts'
import type { ConnectivityOptions } from './connectivity-options.ts'
import { formatConnectivity } from './format-connectivity.ts'
import { type RecoveryRow, type SeedRecoveries, recoverOnce, rowsOf } from './recovery-rows.ts'

/** What the JSON file holds. Equal for equal engines and seeds, whatever the machine. */
export interface ConnectivityJson {
  readonly limits: typeof recoveryLimits
  readonly rows: readonly RecoveryRow[]
}

/** Runs every subject in every picture with every seed, on all cores, and prints who recovered and when. */
export async function runConnectivity(options: ConnectivityOptions, output: CommandOutput): Promise<void> {
  const { subjects, seeds, json } = options
  const results: SeedRecoveries[] = []
  const began = performance.now()
  await runSeeds(options, (result) => {
    results.push(result)
    output.progress(formatProgress(results.length, seeds.length, performance.now() - began))
  })
  output.progress('')
  const rows = rowsOf(subjects, results)
  for (const line of formatConnectivity(rows)) output.line(line)
  const content: ConnectivityJson = { limits: recoveryLimits, rows }
  if (json !== undefined) writeTextFile(json, `${JSON.stringify(content, undefined, 2)}\n`)
}

/** Here, or in worker threads: what comes of it is the same. */
async function runSeeds(
  { subjects, seeds, jobs }: ConnectivityOptions,
  onResult: (result: SeedRecoveries) => void,
): Promise<void> {
  const threads = Math.min(jobs ?? availableParallelism(), seeds.length)
  if (threads <= 1) return seeds.forEach((seed) => onResult(recoverOnce(subjects, seed)))
  const program = new URL('connectivity-worker.js', import.meta.url)
  await runInWorkers(program, subjects, seeds, threads, onResult)
}

function formatProgress(done: number, all: number, elapsedMs: number): string {
  const left = (elapsedMs / done) * (all - done)
  const rest = done < all && elapsedMs > 2000 ? `, about ${formatDuration(left)} left` : ''
  return `partial connectivity: ${done} of ${all} seeds${rest}`
}
