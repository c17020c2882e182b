import { faultKinds } from '@quorate/sim'
import { Command } from 'commander'
import { engineNames } from '../registry/engines.ts'
import { runSim } from '../sim/sim-command.ts'
import type { SimOptions } from '../sim/sim-options.ts'
import { collectOption } from './engine-option.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate sim`: whole replicas under seeded faults, in virtual time. */
export function simCommand(): Command {
  return new Command('sim')
    .description(
      'run replicas through seeded faults in virtual time; every invariant is checked after every step',
    )
    .option('--engine <name>', engineNames.join(', '), 'raft')
    .option('--machine <name>', 'mvcc or znode', 'mvcc')
    .option('--seeds <seeds>', 'a seed, a range such as 1..500, or a list', '1..100')
    .option('--replicas <n>', 'how many replicas (default: drawn for each seed)', wholeNumber(1, 9))
    .option('--faults <kinds>', `all, none, or a list with commas of: ${faultKinds.join(', ')}`, 'all')
    .option('--option <name=value>', 'an option of the engine, such as preVote=false', collectOption)
    .option('--jobs <n>', 'worker threads (default: one for each core)', wholeNumber(1, 1024))
    .option('--verbose', 'print every event')
    .action(async (options: SimOptions) => {
      process.exitCode = await runSim(options)
    })
}
