import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QuorateError } from '@quorate/core'
import { type Recovery, pictures } from '@quorate/sim'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compareCommand } from '../../src/commands/compare.ts'
import { connectivityOptionsOf } from '../../src/connectivity/connectivity-options.ts'
import { formatConnectivity } from '../../src/connectivity/format-connectivity.ts'
import { rowsOf } from '../../src/connectivity/recovery-rows.ts'
import { type ConnectivityJson, runConnectivity } from '../../src/connectivity/run-connectivity.ts'
import { subjectsOf } from '../../src/connectivity/subjects.ts'

/** What the command line says, or the error's message. */
function optionsOf(...words: string[]): ReturnType<typeof connectivityOptionsOf> | string {
  const command = compareCommand().action(() => {})
  command.parse(['--connectivity', ...words], { from: 'user' })
  try {
    return connectivityOptionsOf(command)
  } catch (error) {
    return error instanceof QuorateError ? `${error.code}: ${error.message}` : String(error)
  }
}

async function run(...words: string[]): Promise<{ lines: string[]; progress: string[] }> {
  const options = optionsOf('--jobs', '1', ...words)
  if (typeof options === 'string') throw new Error(options)
  const lines: string[] = []
  const progress: string[] = []
  const output = { line: (text: string) => lines.push(text), progress: (text: string) => progress.push(text) }
  await runConnectivity(options, output)
  return { lines, progress }
}

/** Seeds that came to this, each in every picture. */
function seedsOf(...recoveries: readonly Recovery[]): Recovery[][] {
  return recoveries.map((recovery) => pictures.map(() => recovery))
}

const failed: Recovery = { after: undefined, changes: 70, commits: 300 }

describe('the rows', () => {
  const [zab] = subjectsOf(['zab'])

  it('say when those recovered that did, and how many did not', () => {
    const seeds = Array.from({ length: 199 }, (_, i): Recovery => ({ after: i, changes: 1, commits: 9 }))
    const [row] = rowsOf([zab!], seedsOf(...seeds.toReversed(), failed))
    const counts = { runs: 200, recovered: 199, changes: 1, commits: 9 }
    expect(row).toMatchObject({ ...counts, median: 99, p99: 197, max: 198, electionTimeout: 450 })
  })

  it('have no times where none recovered', () => {
    const [row] = rowsOf([zab!], seedsOf(failed, { ...failed, changes: 66 }, { ...failed, changes: 71 }))
    expect(row).toMatchObject({
      recovered: 0,
      median: undefined,
      p99: undefined,
      max: undefined,
      changes: 70,
    })
  })

  it('are a table at most 80 columns wide', () => {
    const well: Recovery = { after: 1.234, changes: 1, commits: 1 }
    const never = rowsOf(subjectsOf(), seedsOf(failed, failed).map(wide))
    const lines = formatConnectivity(never)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    const mixed = formatConnectivity(rowsOf([zab!], seedsOf(well, failed)))
    expect(mixed.slice(4, 8)).toEqual([
      '',
      'quorum loss             recovers    median       p99       max   leaders',
      '────────────────────────────────────────────────────────────────────────',
      'zab                       1 of 2      1.23      1.23      1.23         1',
    ])
    expect(formatConnectivity(rowsOf([zab!], seedsOf(well, well)))[7]).toMatch(/^zab +always/)
    expect(formatConnectivity(rowsOf([zab!], seedsOf(failed)))[7]).toMatch(/^zab +never +– +– +– +70$/)
  })

  /** The same for every subject. */
  function wide(recoveries: readonly Recovery[]): Recovery[] {
    return subjectsOf().flatMap(() => recoveries)
  }
})

describe('quorate compare --connectivity', () => {
  it('runs every engine, and Raft without its means too, 1,000 times, unless told otherwise', () => {
    expect(optionsOf()).toMatchObject({ subjects: subjectsOf(), jobs: undefined, json: undefined })
    expect(optionsOf()).toHaveProperty('seeds.length', 1000)
    expect(subjectsOf().map(({ name }) => name)).toEqual([
      'raft',
      'raft, no PreVote',
      'raft, no CheckQuorum',
      'raft, without both',
      'zab',
      'multi-paxos',
    ])
    expect(optionsOf('--engines', 'zab', '--seeds', '3,5..6')).toMatchObject({
      subjects: [{ name: 'zab' }],
      seeds: [3, 5, 6],
    })
  })

  it('turns down what does not go with it', () => {
    expect(optionsOf('--seconds', '3')).toBe('USAGE: --seconds does not go with --connectivity')
    expect(optionsOf('--model')).toBe('USAGE: --model does not go with --connectivity')
    expect(optionsOf('--seeds', 'all')).toMatch(/^USAGE: "all" are no seeds/)
    expect(optionsOf('--engines', 'carrier-pigeon')).toMatch(/^USAGE: unknown engine "carrier-pigeon"/)
  })

  it('compare alone has no use for its options', async () => {
    const command = compareCommand().exitOverride()
    const ended = command.parseAsync(['--seeds', '1..3'], { from: 'user' })
    await expect(ended).rejects.toThrow('--seeds goes with --connectivity only')
  })

  it('shows how far it is, prints a table for each picture, and writes the same as JSON', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-connectivity-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const json = join(directory, 'out.json')
    const { lines, progress } = await run('--engines', 'raft,multi-paxos', '--seeds', '1..3', '--json', json)
    expect(progress.slice(0, 2)).toEqual([
      expect.stringMatching(/^partial connectivity: 1 of 3 seeds/),
      expect.stringMatching(/^partial connectivity: 2 of 3 seeds/),
    ])
    expect(progress.at(-1)).toBe('')
    for (const { name } of pictures) expect(lines.some((line) => line.startsWith(`${name} `))).toBe(true)
    expect(lines.filter((line) => line.startsWith('multi-paxos '))).toHaveLength(pictures.length)
    const { rows, limits } = JSON.parse(readFileSync(json, 'utf8')) as ConnectivityJson
    expect(limits).toEqual({ budget: 100, stable: 20, silence: 2 })
    expect(rows).toHaveLength(5 * pictures.length)
    expect(rows[0]).toMatchObject({ picture: 'quorum loss', subject: 'raft', runs: 3, recovered: 3 })
    expect(formatConnectivity(rows)).toEqual(lines)
  })
})
