import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadLab, openSeal } from '@quorate/classroom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listLabs, runLabCheck, runLabReplay, sealLab, startLab } from '../../src/lab/run-lab.ts'
import type { CommandOutput } from '../../src/report/command-output.ts'

const home = mkdtempSync(join(tmpdir(), 'quorate-lab-'))
const directory = join(home, 'mine')
const saltFile = join(home, 'salt')

afterAll(() => rmSync(home, { recursive: true, force: true }))

/** An output that keeps its lines. */
function kept(): CommandOutput & { readonly lines: string[] } {
  const lines: string[] = []
  return { lines, line: (text) => void lines.push(text), progress: () => undefined }
}

describe('quorate lab', () => {
  beforeAll(() => startLab('paxos', directory, kept()))

  test('lists the labs, and how to begin', () => {
    const output = kept()
    listLabs(output)
    expect(output.lines[0]).toMatch(/^paxos {4}Paxos, one decision\. /)
    expect(output.lines.at(-1)).toBe('Begin with: npx quorate lab start paxos my-paxos')
  })

  test('start writes the text, the skeleton and what makes them modules', () => {
    expect(readdirSync(directory).toSorted()).toEqual([
      'README.md',
      'lab.json',
      'package.json',
      'paxos.js',
      'tests.js',
      'types.js',
    ])
  })

  test('start leaves a directory alone that has something in it', () => {
    expect(() => startLab('paxos', directory, kept())).toThrow(/is not empty; a lab starts in a directory/)
  })

  test('check of what start wrote gives nothing, and replay plays its failure', async () => {
    const output = kept()
    expect(await runLabCheck(directory, {}, output)).toBe(1)
    expect(output.lines[0]).toBe('Paxos, one decision: 0 of 100 points')
    const file = join(directory, 'failure.json')
    expect(output.lines.at(-1)).toBe(`  npx quorate lab replay ${file}`)
    const replayed = kept()
    await runLabReplay(file, replayed)
    expect(replayed.lines).toContain('1. proposer 1 is asked for "A", and ignores it')
  })

  test('check of the solution gives full marks, as JSON too, and removes the failure of before', async () => {
    const { solution } = await loadLab('paxos')
    for (const [name, text] of Object.entries(solution)) writeFileSync(join(directory, name), text)
    const output = kept()
    expect(await runLabCheck(directory, { json: true }, output)).toBe(0)
    const report = JSON.parse(output.lines.join('\n')) as { points: number; replay?: string }
    expect([report.points, report.replay]).toEqual([100, undefined])
    expect(existsSync(join(directory, 'failure.json'))).toBe(false)
  })

  test('check of a directory that is none of a lab says how to begin', async () => {
    await expect(runLabCheck(home, {}, kept())).rejects.toThrow(/begin with: npx quorate lab start/)
  })

  test('check with a salt asks for a commitment to compare it with', async () => {
    writeFileSync(saltFile, 'a salt that nobody guesses\n')
    await expect(runLabCheck(directory, { saltFile }, kept())).rejects.toThrow(/has no commitment/)
  })

  test('seal draws a salt, and puts its commitment where check finds it', async () => {
    const drawn = join(home, 'drawn')
    const output = kept()
    sealLab('paxos', { saltFile: drawn, count: 7, into: directory }, output)
    const { hidden } = JSON.parse(output.lines.join('\n')) as {
      hidden: { count: number; commitment: string }
    }
    expect(openSeal('paxos', readFileSync(drawn, 'utf8'), hidden)).toHaveLength(7)
    const checked = kept()
    expect(await runLabCheck(directory, { saltFile: drawn }, checked)).toBe(0)
    expect(checked.lines).toContain('   seeds 1 to 60, and 7 hidden ones')
    await expect(runLabCheck(directory, { saltFile }, kept())).rejects.toThrow(
      /not the one of the commitment/,
    )
  })
})
