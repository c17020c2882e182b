import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const scripts = join(dirname(dirname(fileURLToPath(import.meta.url))), 'scripts')
let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-scripts-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

describe('exclusively', () => {
  const rounds = 10
  /** Adds to a number in a file, slowly: two at once would lose some. */
  const program = `
    import { readFileSync, writeFileSync } from 'node:fs'
    import { exclusively } from ${JSON.stringify(pathToFileURL(join(scripts, 'exclusively.mjs')).href)}
    const directory = process.argv[2]
    for (let i = 0; i < ${rounds}; i++) exclusively(directory, 'count', () => {
      const count = Number(readFileSync(directory + '/count', 'utf8'))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
      writeFileSync(directory + '/count', String(count + 1))
    })`

  async function countWith(processes: number): Promise<number> {
    writeFileSync(join(directory, 'count'), '0')
    writeFileSync(join(directory, 'program.mjs'), program)
    const children = Array.from({ length: processes }, () =>
      spawn(process.execPath, [join(directory, 'program.mjs'), directory], { stdio: 'ignore' }),
    )
    await Promise.all(children.map((child) => once(child, 'exit')))
    return Number(readFileSync(join(directory, 'count'), 'utf8'))
  }

  it('lets one process work at a time', async () => {
    expect(await countWith(3)).toBe(3 * rounds)
  })

  it('goes on when the owner of the lock was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    mkdirSync(join(directory, '.quorate'))
    writeFileSync(join(directory, '.quorate', 'count.lock'), String(pid))
    expect(await countWith(2)).toBe(2 * rounds)
    expect(existsSync(join(directory, '.quorate', 'count.lock'))).toBe(false)
  })
})

describe('the totals of a test run', () => {
  function totals(report: object | undefined, status: number): string {
    const path = join(directory, 'report.json')
    rmSync(path, { force: true })
    if (report !== undefined) writeFileSync(path, JSON.stringify(report))
    const script = join(scripts, 'test-totals.mjs')
    return spawnSync(process.execPath, [script, path, String(status)], { encoding: 'utf8' }).stdout.trim()
  }

  const file = (status: string, ...results: string[]): object => {
    return { status, assertionResults: results.map((result) => ({ status: result })) }
  }

  it('are those of the tests', () => {
    expect(totals({ numPassedTests: 7, numFailedTests: 0, testResults: [file('passed', 'passed')] }, 0)).toBe(
      '7 0',
    )
    expect(totals({ numPassedTests: 7, numFailedTests: 2, testResults: [file('failed', 'failed')] }, 1)).toBe(
      '7 2',
    )
  })

  it('count a test file that could not be loaded', () => {
    expect(totals({ numPassedTests: 7, numFailedTests: 0, testResults: [file('failed')] }, 1)).toBe('7 1')
  })

  it('count a failure that no test shows', () => {
    expect(totals({ numPassedTests: 7, numFailedTests: 0, testResults: [] }, 1)).toBe('7 1')
    expect(totals(undefined, 1)).toBe('0 1')
  })
})
