import { QuorateError } from '@quorate/core'
import type { Command } from 'commander'

/** Does the command line say it, rather than a default? */
export function isGiven(command: Command, name: string): boolean {
  return command.getOptionValueSource(name) === 'cli'
}

/** @throws QuorateError `USAGE` for any of those options that is given; `why` follows its name */
export function refuse(command: Command, names: readonly string[], why: string): void {
  const other = command.options.find((option) => {
    return names.includes(option.attributeName()) && isGiven(command, option.attributeName())
  })
  if (other !== undefined) throw new QuorateError('USAGE', `${other.long} ${why}`)
}

/** @throws QuorateError `USAGE` for an option that is given and not among `known`, which go with `mode` */
export function refuseOthers(command: Command, known: readonly string[], mode: string): void {
  const others = command.options
    .map((option) => option.attributeName())
    .filter((name) => !known.includes(name))
  refuse(command, others, `does not go with ${mode}`)
}
