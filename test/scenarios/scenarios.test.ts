import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { enginesOf, parseScenario, runScenario } from '@quorate/scenario'
import { describe, expect, it } from 'vitest'
import { engines } from './engines.ts'

// Each `<name>.scenario` is run on the engines that it is for, and what happens must be what `<name>.<engine>.txt` says.
// `npm run rewrite-transcripts` writes these files anew, for review.

const here = dirname(fileURLToPath(import.meta.url))
const files = readdirSync(here)
const scenarios = files
  .filter((file) => file.endsWith('.scenario'))
  .map((file) => {
    const scenario = parseScenario(readFileSync(join(here, file), 'utf8'))
    const names = enginesOf(scenario)
    const chosen = engines.filter(({ name }) => names.length === 0 || names.includes(name))
    return { name: file.replace(/\.scenario$/, ''), scenario, engines: chosen }
  })
const runs = scenarios.flatMap(({ name, scenario, engines: chosen }) =>
  chosen.map((engine) => ({ name, engine, scenario, golden: `${name}.${engine.name}.txt` })),
)

describe('the scenarios', () => {
  it.each(runs)('$golden', async ({ scenario, engine, golden }) => {
    const result = runScenario(scenario, { engine })
    expect(result.failures, result.transcript.slice(-30).join('\n')).toEqual([])
    expect(result.met).toBeGreaterThan(0)
    await expect(`${result.transcript.join('\n')}\n`).toMatchFileSnapshot(join(here, golden))
  })

  it('have a transcript for each engine, and no other', () => {
    const goldens = runs.map(({ golden }) => golden)
    expect(goldens.filter((golden) => !existsSync(join(here, golden)))).toEqual([])
    expect(files.filter((file) => file.endsWith('.txt') && !goldens.includes(file))).toEqual([])
  })

  it('are run on some engine each', () => {
    expect(scenarios.filter(({ engines: chosen }) => chosen.length === 0)).toEqual([])
  })
})
