import { QuorateError } from '@quorate/core'
import type { EngineOptions } from '@quorate/scenario'
import { type FaultChoice, type FaultKind, faultKinds } from '@quorate/sim'

/** What `quorate sim` is asked to do. */
export interface SimOptions {
  /** `raft`, `zab`, … */
  readonly engine: string
  /** `mvcc`, `znode`, … */
  readonly machine: string
  /** One seed each: `417`, `1..500`, `3,5,10..20`. */
  readonly seeds: string
  /** Default: mostly 3, sometimes 5, as the seed draws. */
  readonly replicas?: number | undefined
  /** Print every event of every run? */
  readonly verbose?: boolean | undefined
  /** `all`, `none`, or a list of kinds with commas. Default: `all`. */
  readonly faults?: string | undefined
  /** Options of the engine that the seed does not draw: `preVote`, `unsafe.commitOldTerms`, … */
  readonly option?: EngineOptions | undefined
  /** Worker threads. Default: one for each core; one, if every event is to be printed. */
  readonly jobs?: number | undefined
}

const mostSeeds = 10_000_000

/** @throws QuorateError `USAGE` for what is not a list of seeds and ranges */
export function parseSeeds(text: string): number[] {
  const seeds: number[] = []
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,15})(?:\.\.(\d{1,15}))?\s*$/.exec(part)
    const first = Number(match?.[1])
    const last = Number(match?.[2] ?? match?.[1])
    if (match === null || last < first || last - first >= mostSeeds) {
      throw new QuorateError('USAGE', `"${text}" are no seeds; write 417, or 1..500, or 3,5,10..20`)
    }
    for (let seed = first; seed <= last; seed++) seeds.push(seed)
  }
  return seeds
}

/** @throws QuorateError `USAGE` for a kind that there is not */
export function parseFaults(text: string): FaultChoice {
  if (text === 'all' || text === 'none') return text
  return text.split(',').map((part) => {
    const kind = faultKinds.find((known) => known === part.trim())
    if (kind !== undefined) return kind
    throw new QuorateError(
      'USAGE',
      `there is no fault "${part}"; there is: all, none, ${faultKinds.join(', ')}`,
    )
  }) satisfies FaultKind[]
}

/** The one command that runs that seed again and prints every event. */
export function replayCommand(
  { engine, machine, replicas, faults, option = {} }: SimOptions,
  seed: number,
): string {
  const extra = [
    ...(replicas === undefined ? [] : [`--replicas ${replicas}`]),
    ...(faults === undefined || faults === 'all' ? [] : [`--faults ${faults}`]),
    ...Object.entries(option).map(([name, value]) => `--option ${name}=${value}`),
  ]
  return [`npx quorate replay ${seed}`, `--engine ${engine}`, `--machine ${machine}`, ...extra].join(' ')
}
