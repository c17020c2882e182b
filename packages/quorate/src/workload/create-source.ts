import { QuorateError } from '@quorate/core'
import { MixedSource } from './mixed-source.ts'
import { nearest } from './nearest.ts'
import type { OperationSource } from './operation.ts'
import { smallestValueBytes } from './unique-values.ts'

/** A workload that {@link createSource} knows. */
export interface Workload {
  readonly name: string
  /** For the help text and the report. */
  readonly description: string
  /** Share of operations that read. */
  readonly reads: number
}

/** Every workload by name: the YCSB core workloads that need no scans and no inserts, and one that only writes. */
export const workloads: readonly Workload[] = [
  { name: 'ycsb-a', description: 'YCSB A: 50 % reads, 50 % updates', reads: 0.5 },
  { name: 'ycsb-b', description: 'YCSB B: 95 % reads, 5 % updates', reads: 0.95 },
  { name: 'ycsb-c', description: 'YCSB C: 100 % reads', reads: 1 },
  { name: 'write', description: '100 % updates', reads: 0 },
]

/** What {@link createSource} needs besides a name. */
export interface SourceOptions {
  /** A safe integer. Equal seeds give equal operations. */
  readonly seed: number
  /** Keys, all of them there from the start. Default: 1,000, as in YCSB. */
  readonly keys?: number
  /** Size of each value. Default: 256. */
  readonly valueBytes?: number
}

/** Default of {@link SourceOptions.keys}. */
export const defaultKeys = 1000
/** Default of {@link SourceOptions.valueBytes}. */
export const defaultValueBytes = 256

const mostKeys = 10_000_000
const mostValueBytes = 1_048_576

/**
 * Operations of a named workload: see {@link workloads}. Which key comes next follows Zipf's law as in YCSB's
 * `requestdistribution=zipfian`.
 *
 * @throws QuorateError `USAGE` for a name or an option that cannot be used
 */
export function createSource(name: string, options: SourceOptions): OperationSource {
  const { reads } = findWorkload(name)
  const { seed, keys = defaultKeys, valueBytes = defaultValueBytes } = options
  checkInteger('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  checkInteger('keys', keys, 1, mostKeys)
  checkInteger('value-bytes', valueBytes, smallestValueBytes, mostValueBytes)
  return new MixedSource({ name, reads, seed, keys, valueBytes })
}

/** @throws QuorateError `USAGE` that names the known ones, for any other */
export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name)
  if (found !== undefined) return found
  const names = workloads.map((workload) => workload.name)
  const guess = nearest(name, names)
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`
  const known = `known: ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  throw new QuorateError('USAGE', `unknown workload "${name}"; ${known}${hint}`)
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  const range = `${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`
  throw new QuorateError('USAGE', `${name} must be an integer of ${range}, not ${value}`)
}
