import { QuorateError } from '@quorate/core'
import { Command, CommanderError } from 'commander'
import { checkCommand } from './commands/check.ts'
import { compareCommand } from './commands/compare.ts'
import { exploreCommand } from './commands/explore.ts'
import { labCommand } from './commands/lab.ts'
import { lessonCommand } from './commands/lesson.ts'
import { oneLine } from './commands/one-line.ts'
import { replayCommand } from './commands/replay.ts'
import { scenarioCommand } from './commands/scenario.ts'
import { serveCommand } from './commands/serve.ts'
import { simCommand } from './commands/sim.ts'
import { version } from './version.ts'

/** Exit code of a command that could not be carried out as given. */
const usageExitCode = 64

const program = new Command('quorate')
  .description('compare, build and teach consensus: Raft, Zab and Multi-Paxos on one interface')
  .version(version)

const commands = [
  compareCommand(),
  simCommand(),
  replayCommand(),
  exploreCommand(),
  scenarioCommand(),
  checkCommand(),
  labCommand(),
  lessonCommand(),
  serveCommand(),
]
for (const command of commands) program.addCommand(command)
for (const command of [program, ...program.commands]) {
  command
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text, command.name())) })
}

try {
  await program.parseAsync()
} catch (error) {
  // Timers or sockets of what was given up must not keep the program from ending.
  process.exit(report(error))
}

/** Prints what went wrong, once and in one line; gives the exit code. What nobody foresaw keeps its stack trace. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode
  if (!(error instanceof QuorateError)) throw error
  console.error(`quorate: ${error.message}`)
  return error.code === 'USAGE' ? usageExitCode : 1
}
