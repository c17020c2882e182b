import { QuorateError } from '@quorate/core'
import type { Command } from 'commander'
import { isGiven, refuseOthers } from '../compare/mode-options.ts'
import { engineNamed, engineNames } from '../registry/engines.ts'

/** What `quorate compare --model` counts. */
export interface ModelOptions {
  readonly engines: readonly string[]
  /** Numbers of voters. */
  readonly voters: readonly number[]
  /** Commits of each engine at each number of voters. */
  readonly commands: number
  /** Where the figures go as JSON, if anywhere. */
  readonly json: string | undefined
}

const usualVoters = [3, 5, 7]
const commands = 1000

/** The options of `compare` that say something with `--model`; the others are about real processes. */
const known = ['model', 'engines', 'replicas', 'json']

/**
 * All engines and 3, 5 and 7 voters, unless the command line says otherwise.
 *
 * @throws QuorateError `USAGE` for an engine that is not known, fewer than 3 replicas, or an option that is not for a model
 */
export function modelOptionsOf(command: Command): ModelOptions {
  const { engines, replicas, json } = command.opts<{ engines: string[]; replicas: number; json?: string }>()
  refuseOthers(command, known, '--model')
  if (isGiven(command, 'replicas') && replicas < 3) {
    throw new QuorateError('USAGE', `--replicas ${replicas}: at least 3 are counted`)
  }
  const names = isGiven(command, 'engines') ? engines : engineNames
  for (const name of names) engineNamed(name)
  return { engines: names, voters: isGiven(command, 'replicas') ? [replicas] : usualVoters, commands, json }
}
