import { type CostReport, compareCost } from '@quorate/sim'
import { engineNamed } from '../registry/engines.ts'
import { writeTextFile } from '../files/text-files.ts'
import type { CommandOutput } from '../report/command-output.ts'
import { formatModel } from './format-model.ts'
import type { ModelOptions } from './model-options.ts'

/** What one engine's model says, for each number of voters. */
export interface EngineModel {
  readonly engine: string
  readonly reports: readonly CostReport[]
}

/** Counts in the simulator and prints each engine's prediction beside it; 1 if any differs, otherwise 0. */
export function runModel(options: ModelOptions, output: CommandOutput): 0 | 1 {
  const models = options.engines.map((name) => countEngine(name, options, output))
  output.progress('')
  for (const line of formatModel(models, options.commands)) output.line(line)
  if (options.json !== undefined) writeTextFile(options.json, `${JSON.stringify(models, undefined, 2)}\n`)
  return models.every(({ reports }) => reports.every(({ holds }) => holds)) ? 0 : 1
}

function countEngine(name: string, { voters, commands }: ModelOptions, output: CommandOutput): EngineModel {
  const engine = engineNamed(name)
  const reports = voters.map((count) => {
    output.progress(`${name}: ${count} voters`)
    return compareCost(engine, count, commands)
  })
  return { engine: name, reports }
}
