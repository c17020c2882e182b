import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QuorateError } from '@quorate/core'
import type { ProgressLine } from '../measure/progress-line.ts'
import type { OperationSource } from '../workload/operation.ts'
import { createSource } from '../workload/create-source.ts'
import { fileOperations } from '../workload/operations-file.ts'
import type { CompareOptions } from './compare-options.ts'
import type { Comparison, ComparisonSettings, RunResult } from './comparison.ts'
import { EngineRun } from './engine-run.ts'
import { LocalCluster } from './local-cluster.ts'

/** Runs every engine, one after the other, under the same workload and seed. `signal` ends it early and cleans up. */
export async function runComparison(
  options: CompareOptions,
  settings: ComparisonSettings,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<Comparison> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'quorate-compare-'))
  if (options.directory !== undefined) checkUnused(options.directory)
  const runs: RunResult[] = []
  try {
    for (const engine of options.engines) {
      signal.throwIfAborted()
      runs.push(await runEngine(engine, options, directory, progress, signal))
    }
  } finally {
    progress.end()
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
  }
  return { settings, runs }
}

async function runEngine(
  engine: string,
  options: CompareOptions,
  directory: string,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<RunResult> {
  const { machine, replicas: size, port } = options
  const cluster = await LocalCluster.create({ engine, machine, size, directory, firstPort: port })
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  try {
    const run = new EngineRun(engine, options, cluster, sourceOf(options), progress)
    return await Promise.race([run.run(), aborted])
  } finally {
    await cluster.stop()
  }
}

/** The source of operations that the options name. Equal for every engine. */
export function sourceOf({ workload, operations, valueBytes, keys, seed }: CompareOptions): OperationSource {
  return operations === undefined
    ? createSource(workload, { valueBytes, keys, seed })
    : fileOperations(operations)
}

/** An old log would go on where it ended, and the figures would mean nothing. */
function checkUnused(directory: string): void {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return
  throw new QuorateError('USAGE', `--directory ${directory} is not empty; name an empty or a new one`)
}
