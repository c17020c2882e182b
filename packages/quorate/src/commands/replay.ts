import { Command } from 'commander'
import { engineNames } from '../registry/engines.ts'
import { processOutput } from '../report/command-output.ts'
import { type ReplayCommandOptions, runReplay } from '../replay/run-replay.ts'
import { collectOption } from './engine-option.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate replay`: a run of the simulator again, event by event. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('run a run of the simulator again and show every event; exits with 1 if it fails')
    .argument('<run>', 'a run file, a seed, or a link as quorate sim prints it')
    .option('--engine <name>', `of a seed: ${engineNames.join(', ')}`, 'raft')
    .option('--machine <name>', 'of a seed: mvcc or znode', 'mvcc')
    .option('--replicas <n>', 'of a seed: how many replicas (default: as it draws)', wholeNumber(1, 9))
    .option('--faults <kinds>', 'of a seed: all, none, or a list of kinds', 'all')
    .option('--option <name=value>', 'of a seed: an option of the engine', collectOption)
    .option('--last <n>', 'show the last so many events alone', wholeNumber(0, 1_000_000))
    .option('--shrink', 'make a failing run small first')
    .option('--output <file>', 'write the run to a file, to be read, changed and kept')
    .action((source: string, options: ReplayCommandOptions) => {
      process.exitCode = runReplay(source, options, processOutput())
    })
}
