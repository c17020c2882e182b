import { QuorateError } from '@quorate/core'
import { Command } from 'commander'
import { checkCommand } from './commands/check.ts'
import { compareCommand } from './commands/compare.ts'
import { serveCommand } from './commands/serve.ts'
import { simCommand } from './commands/sim.ts'
import { version } from './version.ts'

/** Exit code of a command that could not be carried out as given. */
const usageExitCode = 64

const program = new Command('quorate')
  .description('compare, build and teach consensus: Raft and Zab on one interface')
  .version(version)
  .showHelpAfterError('(--help says what there is)')
  .addCommand(compareCommand())
  .addCommand(simCommand())
  .addCommand(checkCommand())
  .addCommand(serveCommand())

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof QuorateError)) throw error
  console.error(`quorate: ${error.message}`)
  process.exitCode = error.code === 'USAGE' ? usageExitCode : 1
}
