import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QuorateError } from '@quorate/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compareCommand } from '../../src/commands/compare.ts'
import { formatModel } from '../../src/model/format-model.ts'
import { modelOptionsOf } from '../../src/model/model-options.ts'
import { type EngineModel, runModel } from '../../src/model/run-model.ts'
import { engineNames } from '../../src/registry/engines.ts'

/** What the command line says, or the error's message. */
function optionsOf(...words: string[]): ReturnType<typeof modelOptionsOf> | string {
  const command = compareCommand().action(() => {})
  command.parse(['--model', ...words], { from: 'user' })
  try {
    return modelOptionsOf(command)
  } catch (error) {
    return error instanceof QuorateError ? `${error.code}: ${error.message}` : String(error)
  }
}

function run(options: Parameters<typeof runModel>[0]): { code: number; lines: string[] } {
  const lines: string[] = []
  const code = runModel(options, { line: (text) => lines.push(text), progress: () => {} })
  return { code, lines }
}

describe('quorate compare --model', () => {
  it('counts every engine with 3, 5 and 7 voters, unless told otherwise', () => {
    expect(optionsOf()).toMatchObject({ engines: engineNames, voters: [3, 5, 7], commands: 1000 })
    expect(optionsOf('--engines', 'zab', '--replicas', '4')).toMatchObject({ engines: ['zab'], voters: [4] })
  })

  it('turns down what does not go with it', () => {
    expect(optionsOf('--seconds', '3')).toBe('USAGE: --seconds does not go with --model')
    expect(optionsOf('--replicas', '2')).toBe('USAGE: --replicas 2: at least 3 are counted')
    expect(optionsOf('--engines', 'carrier-pigeon')).toMatch(/^USAGE: unknown engine "carrier-pigeon"/)
  })

  it('prints a prediction beside each count, and ends with 0 where they are equal', () => {
    const { code, lines } = run({ engines: engineNames, voters: [3, 5], commands: 20, json: undefined })
    expect(code).toBe(0)
    expect(lines[1]).toContain('20 commits')
    const row = (name: string): (string | undefined)[] =>
      lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length).trim())
    expect(row('commit: messages')).toEqual(
      ['4 = 4   8 = 8', '6 = 6   12 = 12', '4 = 4   8 = 8'].map((text) =>
        expect.stringMatching(text.replaceAll('   ', ' +')),
      ),
    )
    expect(row('commit: delays to learn')[0]).toContain('next = next')
    expect(lines.at(-1)).toMatch(/^All \d+ predictions are equal to what was counted\.$/)
    expect(lines.join('\n')).not.toContain('≠')
  })

  it('writes the same as JSON', () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-model-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const json = join(directory, 'model.json')
    run({ engines: ['raft'], voters: [3], commands: 5, json })
    const models = JSON.parse(readFileSync(json, 'utf8')) as EngineModel[]
    expect(models).toMatchObject([{ engine: 'raft', reports: [{ voters: 3, commands: 5, holds: true }] }])
    expect(models[0]!.reports[0]!.claims).toContainEqual({
      name: 'commit: fsyncs',
      predicted: 3,
      counted: 3,
      holds: true,
    })
  })

  it('marks what differs', () => {
    const claims = [
      { name: 'commit: messages', predicted: 4, counted: 5, holds: false },
      { name: 'commit: fsyncs', predicted: 3, counted: 3, holds: true },
      { name: 'election: NOTIFICATION', predicted: undefined, counted: 16, holds: true },
    ]
    const report = { engine: 'raft', voters: 3, commands: 20, claims, holds: false }
    expect(formatModel([{ engine: 'raft', reports: [report] }], 20).slice(4)).toEqual([
      'raft                     n = 3',
      '──────────────────────────────',
      'commit: messages         4 ≠ 5',
      'commit: fsyncs           3 = 3',
      'election: NOTIFICATION      16',
      '',
      '1 of 2 predictions are not what was counted: see ≠.',
    ])
  })
})
