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

  test('judges transactions by the consistency asked for', async () => {
    const file = join(temporaryDirectory(), 'skew.edn')
    writeFileSync(file, writeSkew)
    const strict = await runQuorate('check', file, '--model', 'list-append')
    expect([strict.stdout, strict.code]).toEqual(['not strict-serializable\n', 1])
    expect(strict.stderr).toMatch(/G2-item/)
    const words = ['--model', 'list-append', '--consistency', 'snapshot-isolation']
    const snapshot = await runQuorate('check', file, ...words)
    expect([snapshot.stdout, snapshot.code]).toEqual(['snapshot-isolation\n', 0])
  })

  test('judges sessions', async () => {
    const file = join(temporaryDirectory(), 'sessions.jsonl')
    writeFileSync(file, forgetfulSession)
    const { stdout, stderr, code } = await runQuorate('check', file, '--model', 'sessions')
    expect([stdout, code]).toEqual(['not session-consistent\n', 1])
    expect(stderr).toMatch(/read-your-writes/)
  })

  test('writes a report on the worst of many histories', async () => {
    const directory = temporaryDirectory()
    const [good, bad, page] = ['good.jsonl', 'bad.jsonl', 'page.html'].map((name) => join(directory, name))
    writeFileSync(good!, history('1'))
    writeFileSync(bad!, history('0'))
    const { stdout, code } = await runQuorate('check', good!, bad!, good!, '--model', 'kv', '--report', page!)
    expect(stdout).toBe(`${good}: linearizable\n${bad}: not linearizable\n${good}: linearizable\n`)
    expect(code).toBe(1)
    expect(readFileSync(page!, 'utf8')).toContain(`${bad}</h1>`)
  })

  test('says what is wrong with its words', async () => {
    const file = join(temporaryDirectory(), 'skew.edn')
    writeFileSync(file, writeSkew)
    const misplaced = await runQuorate('check', file, '--model', 'kv', '--consistency', 'serializable')
    expect(misplaced.stderr).toMatch(/--consistency is for --model list-append, not kv/)
    const nowhere = join(file, 'page.html')
    const unwritable = await runQuorate('check', file, '--model', 'list-append', '--report', nowhere)
    expect(unwritable.stderr).toMatch(/page\.html cannot be written/)
    expect([misplaced.code, unwritable.code]).not.toContain(0)
  })
})

const writeSkew = `
{:process 0, :type :invoke, :f :txn, :value [[:append :x 1] [:r :y nil]]}
{:process 1, :type :invoke, :f :txn, :value [[:append :y 1] [:r :x nil]]}
{:process 0, :type :ok, :f :txn, :value [[:append :x 1] [:r :y nil]]}
{:process 1, :type :ok, :f :txn, :value [[:append :y 1] [:r :x nil]]}`

const forgetfulSession = `
{"session": 1, "op": "write", "key": "/a", "value": "x", "zxid": 1, "call": 0, "return": 1}
{"session": 1, "op": "read", "key": "/a", "output": null, "zxid": 0, "call": 2, "return": 3}`

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
