import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runQuorate, temporaryDirectory } from './run-quorate.ts'

const words = ['compare', '--connectivity', '--engines', 'raft', '--seeds', '1..9']

describe('quorate compare --connectivity', () => {
  it('gives the same figures whether one thread runs the seeds or several', async () => {
    const directory = temporaryDirectory()
    const runs = ['1', '3'].map(async (jobs) => {
      const json = join(directory, `${jobs}.json`)
      const { code, stdout, stderr } = await runQuorate(...words, '--jobs', jobs, '--json', json)
      return { code, stdout, stderr, json: readFileSync(json, 'utf8') }
    })
    const [alone, together] = await Promise.all(runs)
    expect(alone).toMatchObject({ code: 0, stderr: '' })
    expect(together).toEqual(alone)
  })

  it('says at once that its file cannot be written', async () => {
    const ended = await runQuorate(...words, '--json', '/nowhere/out.json')
    expect(ended.code).toBeGreaterThan(0)
    expect(ended.stderr).toContain('/nowhere/out.json cannot be written')
    expect(ended.stdout).toBe('')
  })
})
