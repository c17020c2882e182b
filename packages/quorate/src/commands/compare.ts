import { writeFileSync } from 'node:fs'
import { QuorateError } from '@quorate/core'
import { Command, Option } from 'commander'
import { type CompareOptions, checkCompareOptions, describeEnvironment } from '../compare/compare-options.ts'
import type { Comparison, ComparisonSettings } from '../compare/comparison.ts'
import { runComparison, sourceOf } from '../compare/run-comparison.ts'
import { connectivityOptionsOf } from '../connectivity/connectivity-options.ts'
import { runConnectivity } from '../connectivity/run-connectivity.ts'
import { refuse } from '../compare/mode-options.ts'
import { modelOptionsOf } from '../model/model-options.ts'
import { runModel } from '../model/run-model.ts'
import { ProgressLine } from '../measure/progress-line.ts'
import { engineNames } from '../registry/engines.ts'
import { processOutput } from '../report/command-output.ts'
import { formatHtml } from '../report/html.ts'
import { formatJson } from '../report/json.ts'
import { formatTable } from '../report/table.ts'
import { version } from '../version.ts'
import { defaultKeys, defaultValueBytes, workloads } from '../workload/create-source.ts'
import { commaList, positiveNumber, wholeNumber } from './numbers.ts'

/** What is done in place of running processes. */
interface Modes {
  readonly model: boolean
  readonly connectivity: boolean
}

/** `quorate compare`: engines side by side, on real processes, disks and sockets, with the leader killed halfway. */
export function compareCommand(): Command {
  const names = workloads.map(({ name }) => name)
  return new Command('compare')
    .description('run engines side by side: replica processes, fsync on, the leader killed halfway')
    .option('--engines <list>', 'engines to run', commaList, [...engineNames])
    .option('--machine <name>', 'state machine: mvcc or znode', 'mvcc')
    .option('--replicas <n>', 'replicas of each engine', wholeNumber(1, 9), 3)
    .option('--clients <n>', 'closed-loop clients, one operation under way each', wholeNumber(1, 100_000), 64)
    .option('--seconds <s>', 'how long the load runs, for each engine', positiveNumber, 10)
    .option('--workload <name>', `one of ${names.join(', ')}`, 'write')
    .option('--operations <file>', 'operations from a file of JSON lines, in place of a workload')
    .option('--value-bytes <n>', 'size of each value', wholeNumber(1), defaultValueBytes)
    .option('--keys <n>', 'keys of the workload', wholeNumber(1), defaultKeys)
    .option('--seed <n>', 'seed of the workload', wholeNumber(0), 1)
    .option('--json <file>', 'write the figures as JSON')
    .option('--report <file>', 'write a report as one HTML file')
    .option('--directory <dir>', 'keep logs and snapshots there (default: a temporary directory)')
    .addOption(
      new Option('--port <n>', 'first of the ports to use (default: free ones)').argParser(
        wholeNumber(1, 65_000),
      ),
    )
    .option(
      '--model',
      'count messages, delays and fsyncs in the simulator, beside what each engine predicts; all engines with 3, 5 and 7 replicas unless named; runs no processes',
      false,
    )
    .option(
      '--connectivity',
      'break some links and leave others, in the simulator, and look which engines recover, and when; runs no processes',
      false,
    )
    .option('--seeds <seeds>', 'with --connectivity: what to run, such as 1..40', '1..1000')
    .option(
      '--jobs <n>',
      'with --connectivity: worker threads (default: one for each core)',
      wholeNumber(1, 1024),
    )
    .action(async (options: CompareOptions & Modes, command: Command) => {
      if (options.model) process.exitCode = runModel(modelOptionsOf(command), processOutput())
      else if (options.connectivity) await compareRecovery(command)
      else {
        refuse(command, ['seeds', 'jobs'], 'goes with --connectivity only')
        await compare(options)
      }
    })
}

async function compareRecovery(command: Command): Promise<void> {
  const options = connectivityOptionsOf(command)
  if (options.json !== undefined) checkWritable(options.json)
  await runConnectivity(options, processOutput())
}

async function compare(options: CompareOptions): Promise<void> {
  checkCompareOptions(options)
  sourceOf(options)
  for (const file of [options.json, options.report]) if (file !== undefined) checkWritable(file)
  const interrupt = new AbortController()
  const onSignal = (): void =>
    interrupt.abort(new QuorateError('STOPPED', 'interrupted; nothing is left running'))
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const progress = new ProgressLine(process.stderr)
  const comparison = await runComparison(options, settingsOf(options), progress, interrupt.signal)
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  write(options, comparison)
  if (!isGood(comparison)) process.exitCode = 1
}

function settingsOf(options: CompareOptions): ComparisonSettings {
  const { engines, machine, replicas, clients, seconds, workload, valueBytes, keys, seed, operations } =
    options
  return {
    engines,
    machine,
    replicas,
    clients,
    seconds,
    workload: operations ?? workload,
    valueBytes,
    keys,
    seed,
    environment: describeEnvironment(version),
    command: `npx quorate ${process.argv.slice(2).join(' ')}`,
    startedAt: new Date().toISOString(),
  }
}

function write(options: CompareOptions, comparison: Comparison): void {
  process.stdout.write(formatTable(comparison, { color: process.stdout.isTTY === true }))
  for (const run of comparison.runs)
    for (const line of run.details.explanation) console.log(`${run.engine}: ${line}`)
  if (options.json !== undefined) writeFileSync(options.json, formatJson(comparison))
  if (options.report !== undefined) writeFileSync(options.report, formatHtml(comparison))
}

/** Found out before the run rather than after it. */
function checkWritable(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'a' })
  } catch (cause) {
    throw new QuorateError('USAGE', `${file} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

function isGood({ runs }: Comparison): boolean {
  return runs.every((run) => run.linearizable !== 'no' && run.digestsEqual)
}
