import { readFileSync } from 'node:fs'
import { HistoryError, type ModelName, checkHistory, exitCodeOf, modelNames } from '@quorate/check'
import { QuorateError } from '@quorate/core'
import { Command, Option } from 'commander'
import { wholeNumber } from './numbers.ts'

/** `quorate check FILE… --model NAME`: is a recorded history linearizable? */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'check recorded histories: prints linearizable, not linearizable or unknown; exits with 0, 1 or 2',
    )
    .argument('<files...>', 'Jepsen or Knossos EDN, Porcupine logs, or JSON lines')
    .addOption(
      new Option('--model <name>', 'what the history is of').choices(modelNames).makeOptionMandatory(),
    )
    .option('--steps <n>', 'search steps before the verdict is unknown', wholeNumber(1))
    .option('--verbose', 'say more than the verdict')
    .action((files: string[], options: CheckOptions) => check(files, options))
}

interface CheckOptions {
  readonly model: ModelName
  readonly steps?: number
  readonly verbose?: boolean
}

function check(files: readonly string[], { model, steps, verbose }: CheckOptions): void {
  const codes: number[] = []
  for (const file of files) {
    const report = reportOn(file, model, steps)
    const prefix = files.length > 1 ? `${file}: ` : ''
    console.log(`${prefix}${report.verdict}`)
    const wanted = verbose === true || report.verdict !== 'linearizable'
    if (wanted) for (const line of report.lines) console.error(line)
    codes.push(exitCodeOf(report.verdict))
  }
  // A history that is wrong weighs more than one that is undecided.
  process.exitCode = codes.includes(1) ? 1 : Math.max(0, ...codes)
}

function reportOn(
  file: string,
  model: ModelName,
  steps: number | undefined,
): ReturnType<typeof checkHistory> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new QuorateError('USAGE', `${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
  try {
    return checkHistory(text, file, model, steps === undefined ? {} : { steps })
  } catch (cause) {
    if (!(cause instanceof HistoryError)) throw cause
    throw new QuorateError('USAGE', `${file}: ${cause.message}`, { cause })
  }
}
