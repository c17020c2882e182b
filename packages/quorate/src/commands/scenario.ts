import { Command, Option } from 'commander'
import { readTextFile, writeTextFile } from '../files/text-files.ts'
import { engineNames } from '../registry/engines.ts'
import { plainLine } from '../report/plain-line.ts'
import { type ScriptFormat, runScript, scriptFormats } from '../scenario/run-script.ts'

interface ScenarioOptions {
  readonly engine?: string
  readonly format?: ScriptFormat
  readonly output?: string
  readonly ccf?: boolean
}

/** `quorate scenario FILE`: runs a script of the scenario language on an engine, and shows what happened. */
export function scenarioCommand(): Command {
  return new Command('scenario')
    .description(
      'run a script of the scenario language; exits with 0 if all that it expects is so, else with 1',
    )
    .argument('<file>', 'a script, see the README of @quorate/scenario')
    .option(
      '--engine <name>',
      `${engineNames.join(', ')} (default: the first that the script names, or raft)`,
    )
    .addOption(
      new Option(
        '--format <name>',
        'how to show the run (default: transcript; of a CCF script, mermaid)',
      ).choices(scriptFormats),
    )
    .option('--output <file>', 'write the run to a file')
    .option('--ccf', "the script is in the line format of CCF's Raft scenarios")
    .action((file: string, options: ScenarioOptions) => {
      process.exitCode = scenario(file, options)
    })
}

function scenario(file: string, { engine, format, output, ccf = false }: ScenarioOptions): 0 | 1 {
  const shown = format ?? (ccf ? 'mermaid' : 'transcript')
  const run = runScript(readTextFile(file), { engine, format: shown, ccf })
  if (output === undefined) process.stdout.write(run.text)
  else writeTextFile(output, run.text)
  for (const { line, message } of run.failures) console.error(plainLine(`${file}:${line}: ${message}`))
  const held = `${run.met} expectation${run.met === 1 ? '' : 's'} held`
  console.error(`${run.engine}: ${run.ok ? 'ok' : 'FAILED'}, ${held}`)
  return run.ok ? 0 : 1
}
