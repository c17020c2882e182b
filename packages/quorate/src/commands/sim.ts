import { Command } from 'commander'
import { runSim } from '../sim/sim-command.ts'
import type { SimOptions } from '../sim/sim-options.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate sim`: whole replicas under seeded faults, in virtual time. */
export function simCommand(): Command {
  return new Command('sim')
    .description(
      'run replicas through seeded faults in virtual time; every invariant is checked after every step',
    )
    .option('--engine <name>', 'raft or zab', 'raft')
    .option('--machine <name>', 'mvcc or znode', 'mvcc')
    .option('--seeds <seeds>', 'a seed, a range such as 1..500, or a list', '1..100')
    .option('--replicas <n>', 'how many replicas (default: drawn for each seed)', wholeNumber(1, 9))
    .option('--faults <kinds>', 'all, none, or a list of kinds', 'all')
    .option('--verbose', 'print every event')
    .action((options: SimOptions) => {
      process.exitCode = runSim(options)
    })
}
