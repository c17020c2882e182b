import {
  type Consistency,
  type HistoryFormat,
  type HistoryReport,
  type ModelName,
  HistoryError,
  checkHistory,
  consistencyNames,
  exitCodeOf,
  formatRules,
  modelNames,
} from '@quorate/check'
import { QuorateError } from '@quorate/core'
import { Command, Option } from 'commander'
import { readTextFile, writeTextFile } from '../files/text-files.ts'
import { wholeNumber } from './numbers.ts'

/** `quorate check FILE… --model NAME`: does a recorded history have the consistency that its system promises? */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'check recorded histories: prints the verdict, such as linearizable, not linearizable or unknown; exits with 0, 1 or 2',
    )
    .argument('<files...>', 'Jepsen or Knossos EDN, Porcupine logs, or JSON lines')
    .addOption(
      new Option('--model <name>', 'what the history is of').choices(modelNames).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--consistency <name>',
        'what list-append is judged by (default: strict-serializable)',
      ).choices(consistencyNames),
    )
    .addOption(
      new Option('--format <name>', 'the notation, when it cannot be told from the text').choices(
        Object.keys(formatRules),
      ),
    )
    .option('--report <file>', 'write one HTML page; of several histories, that of the worst verdict')
    .option('--steps <n>', 'search steps before the verdict is unknown', wholeNumber(1))
    .option('--verbose', 'say more than the verdict')
    .action((files: string[], options: CheckOptions) => check(files, options))
}

interface CheckOptions {
  readonly model: ModelName
  readonly consistency?: Consistency
  readonly format?: HistoryFormat
  readonly report?: string
  readonly steps?: number
  readonly verbose?: boolean
}

function check(files: readonly string[], options: CheckOptions): void {
  if (options.consistency !== undefined && options.model !== 'list-append') {
    throw new QuorateError('USAGE', `--consistency is for --model list-append, not ${options.model}`)
  }
  let worst: HistoryReport | undefined
  for (const file of files) {
    const report = reportOn(file, options)
    const prefix = files.length > 1 ? `${file}: ` : ''
    console.log(`${prefix}${report.verdict}`)
    const wanted = options.verbose === true || exitCodeOf(report.verdict) !== 0
    if (wanted) for (const line of report.lines) console.error(line)
    if (worst === undefined || weight(report) > weight(worst)) worst = report
  }
  if (worst === undefined) return
  if (options.report !== undefined) writeTextFile(options.report, worst.page())
  process.exitCode = exitCodeOf(worst.verdict)
}

/** A history that is wrong weighs more than one that is undecided. */
function weight({ verdict }: HistoryReport): number {
  return [0, 2, 1][exitCodeOf(verdict)]!
}

function reportOn(file: string, { model, consistency, format, steps }: CheckOptions): HistoryReport {
  const text = readTextFile(file)
  try {
    return checkHistory(text, file, model, {
      ...(steps !== undefined && { steps }),
      ...(consistency !== undefined && { consistency }),
      ...(format !== undefined && { format }),
    })
  } catch (cause) {
    if (!(cause instanceof HistoryError)) throw cause
    throw new QuorateError('USAGE', `${file}: ${cause.message}`, { cause })
  }
}
