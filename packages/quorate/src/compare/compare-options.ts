import { cpus } from 'node:os'
import { QuorateError } from '@quorate/core'
import { engineNamed } from '../registry/engines.ts'
import { machineNamed } from '../registry/machines.ts'

/** The options of `quorate compare`, checked. */
export interface CompareOptions {
  readonly engines: readonly string[]
  readonly machine: string
  readonly replicas: number
  readonly clients: number
  readonly seconds: number
  readonly valueBytes: number
  readonly keys: number
  readonly seed: number
  readonly workload: string
  /** A file of operations in place of the workload. */
  readonly operations: string | undefined
  readonly json: string | undefined
  readonly report: string | undefined
  /** Where logs and snapshots go; undefined: a temporary directory that is removed at the end. */
  readonly directory: string | undefined
  /** First port of those used; undefined: whatever is free. */
  readonly port: number | undefined
}

/** Throws a `QuorateError` with code `USAGE` for the first option that is not possible. */
export function checkCompareOptions(options: CompareOptions): void {
  for (const engine of options.engines) engineNamed(engine)
  machineNamed(options.machine)
  if (new Set(options.engines).size !== options.engines.length) {
    throw new QuorateError('USAGE', `--engines ${options.engines.join(',')} names an engine twice`)
  }
  if (options.replicas < 3) {
    throw new QuorateError(
      'USAGE',
      `--replicas ${options.replicas}: at least 3 are needed, because the leader is killed`,
    )
  }
  if (options.valueBytes < 24) {
    throw new QuorateError(
      'USAGE',
      `--value-bytes ${options.valueBytes}: at least 24 are needed to make values unique`,
    )
  }
}

/** What the runs were made on. */
export function describeEnvironment(version: string): {
  node: string
  platform: string
  cpu: string
  cores: number
  version: string
} {
  const list = cpus()
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: list[0]?.model.trim() ?? 'unknown',
    cores: list.length,
    version,
  }
}
