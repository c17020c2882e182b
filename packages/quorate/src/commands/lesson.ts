import { Command } from 'commander'
import type { LessonTerminal } from '../lesson/play-in-terminal.ts'
import { type LessonCommandOptions, runLesson } from '../lesson/run-lesson.ts'
import { type CommandOutput, processOutput } from '../report/command-output.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate lesson`: what consensus is, shown on the engines. */
export function lessonCommand(): Command {
  return new Command('lesson')
    .description('what consensus is, shown on the engines themselves: lists the lessons, or plays one')
    .argument('[lesson...]', 'a number, a name, or a file of your own')
    .option('--plain', 'all of it at once, as plain text; as it is where nobody can press keys')
    .option('--html <file>', 'write it as a page that needs nothing else, to project or print')
    .option('--scene <n>', 'begin with this scene; with --plain, this scene alone', wholeNumber(1, 99))
    .option(
      '--check',
      'play lessons (default: all) and confirm what they claim; exits with 1 if something is not so',
    )
    .action(async (names: string[], options: LessonCommandOptions) => {
      process.exitCode = await runLesson(names, options, lessonOutput(), processTerminal())
    })
}

/** Where progress is drawn over in place, a terminal has to know how. */
function lessonOutput(): CommandOutput {
  const output = processOutput()
  return process.env['TERM'] === 'dumb' ? { ...output, progress: () => {} } : output
}

/** The process's own terminal; undefined if it has none, or one that cannot be drawn on. */
function processTerminal(): LessonTerminal | undefined {
  const { stdin, stdout, env } = process
  if (!stdin.isTTY || !stdout.isTTY || env['TERM'] === 'dumb') return undefined
  return { input: stdin, output: stdout, hasColor: !env['NO_COLOR'] }
}
