import type { Command } from 'commander'
import { isGiven, refuseOthers } from '../compare/mode-options.ts'
import { parseSeeds } from '../sim/sim-options.ts'
import { type Subject, subjectsOf } from './subjects.ts'

/** What `quorate compare --connectivity` runs. */
export interface ConnectivityOptions {
  readonly subjects: readonly Subject[]
  readonly seeds: readonly number[]
  /** Worker threads; undefined: one for each core. */
  readonly jobs: number | undefined
  /** Where the figures go as JSON, if anywhere. */
  readonly json: string | undefined
}

/** The options of `compare` that say something with `--connectivity`. */
const known = ['connectivity', 'engines', 'seeds', 'jobs', 'json']

/**
 * All engines and 1,000 seeds, unless the command line says otherwise.
 *
 * @throws QuorateError `USAGE` for an engine that is not known, what is no list of seeds, or an option that does not fit
 */
export function connectivityOptionsOf(command: Command): ConnectivityOptions {
  refuseOthers(command, known, '--connectivity')
  const { engines, seeds, jobs, json } = command.opts<{
    engines: string[]
    seeds: string
    jobs?: number
    json?: string
  }>()
  return {
    subjects: subjectsOf(isGiven(command, 'engines') ? engines : undefined),
    seeds: parseSeeds(seeds),
    jobs,
    json,
  }
}
