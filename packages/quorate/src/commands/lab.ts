import { Command } from 'commander'
import {
  type CheckLabOptions,
  type SealOptions,
  listLabs,
  runLabCheck,
  runLabReplay,
  sealLab,
  startLab,
} from '../lab/run-lab.ts'
import { processOutput } from '../report/command-output.ts'
import { oneLine } from './one-line.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate lab`: students build the core of a protocol, and a check grades it in virtual time. */
export function labCommand(): Command {
  const lab = new Command('lab')
    .description('labs: build the core of a protocol, and have it graded in virtual time')
    .action(() => listLabs(processOutput()))
  lab
    .command('start')
    .description('write the skeleton of a lab and its text into a new directory')
    .argument('<lab>', 'such as paxos')
    .argument('<directory>')
    .action((id: string, directory: string) => startLab(id, directory, processOutput()))
  lab
    .command('check')
    .description('grade what is in a directory; exits with 0 for full marks, else 1')
    .argument('<directory>')
    .option('--json', 'the report as JSON')
    .option('--salt-file <file>', "a teacher's: also run the hidden seeds, after comparing their commitment")
    .action(async (directory: string, options: CheckLabOptions) => {
      process.exitCode = await runLabCheck(directory, options, processOutput())
    })
  lab
    .command('replay')
    .description('play the run that a check found again, with the code as it is now')
    .argument('<file>', 'failure.json')
    .action(async (file: string) => {
      process.exitCode = await runLabReplay(file, processOutput())
    })
  lab
    .command('seal')
    .description('the commitment to hidden seeds, to publish before the work begins')
    .argument('<lab>', 'such as paxos')
    .requiredOption('--salt-file <file>', 'the salt, to be kept secret; drawn if there is none yet')
    .option('--count <n>', 'hidden seeds', wholeNumber(1, 10_000), 200)
    .option('--into <directory>', "put it into that directory's lab.json")
    .action((id: string, options: SealOptions) => sealLab(id, options, processOutput()))
  // The program does the same for its own commands.
  for (const command of lab.commands) {
    command.exitOverride().configureOutput({
      outputError: (text, write) => write(oneLine(text, `lab ${command.name()}`)),
    })
  }
  return lab
}
