import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runQuorate, temporaryDirectory } from './run-quorate.ts'

const vectors = fileURLToPath(new URL('../../../shared/vectors', import.meta.url))
const skipped = existsSync(vectors) ? false : 'the published histories are not here'

describe('quorate check', () => {
  test('prints the verdict and exits with 0, 1 or 2', async () => {
    const directory = temporaryDirectory()
    const good = join(directory, 'good.jsonl')
    const bad = join(directory, 'bad.jsonl')
    writeFileSync(good, history('1'))
    writeFileSync(bad, history('0'))
    const ok = await runQuorate('check', good, '--model', 'kv')
    expect([ok.stdout, ok.code]).toEqual(['linearizable\n', 0])
    const stale = await runQuorate('check', bad, '--model', 'kv')
    expect([stale.stdout, stale.code]).toEqual(['not linearizable\n', 1])
    expect(stale.stderr).toMatch(/key "x"/)
  })

  test.skipIf(skipped)('a search that runs out of steps is unknown', async () => {
    const hard = join(vectors, 'porcupine/jepsen/etcd_002.log')
    const ended = await runQuorate('check', hard, '--model', 'cas-register', '--steps', '100')
    expect([ended.stdout, ended.code]).toEqual(['unknown\n', 2])
  })

  test.skipIf(skipped)('every published history gets its verdict', async () => {
    const jepsen = join(vectors, 'porcupine/jepsen')
    const known = JSON.parse(readFileSync(join(vectors, 'porcupine/verdicts.json'), 'utf8')) as Record<
      string,
      string
    >
    const files = readdirSync(jepsen).map((name) => join(jepsen, name))
    const { stdout, code } = await runQuorate('check', ...files, '--model', 'cas-register')
    const verdicts = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    )
    for (const file of files)
      expect(verdicts[file], file).toBe(known[file.slice(jepsen.length - 'jepsen'.length)])
    expect(code).toBe(1)
  })
})

/** Two puts one after the other, and a read after both. */
function history(read: string): string {
  const events = [
    { process: 1, type: 'invoke', f: 'put', key: 'x', value: '0' },
    { process: 1, type: 'ok', f: 'put', key: 'x', value: '0' },
    { process: 1, type: 'invoke', f: 'put', key: 'x', value: '1' },
    { process: 1, type: 'ok', f: 'put', key: 'x', value: '1' },
    { process: 2, type: 'invoke', f: 'get', key: 'x', value: null },
    { process: 2, type: 'ok', f: 'get', key: 'x', value: read },
  ]
  return events.map((event) => JSON.stringify(event)).join('\n')
}
