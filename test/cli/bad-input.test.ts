import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Ended, runQuorate, startQuorate, temporaryDirectory } from './run-quorate.ts'

/** One clear line, a non-zero exit, no stack trace. */
function expectOneLine({ code, stderr }: Ended, pattern: RegExp): void {
  const lines = stderr.split('\n').filter((line) => line !== '' && !/^ +\d+\.\d s {2}/.test(line)) // but progress
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^quorate: /)
  expect(lines[0]).toMatch(pattern)
  expect(code).toBeGreaterThan(0)
}

describe('what a user can get wrong is one clear line', () => {
  test.for<[RegExp, ...string[]]>([
    [/unknown engine "rafty"; there is: raft, zab, multi-paxos$/m, 'compare', '--engines', 'rafty'],
    [/unknown machine "tree"; there is: mvcc, znode/, 'compare', '--machine', 'tree'],
    [/unknown machine "tree"/, 'sim', '--machine', 'tree'],
    [/unknown option '--engins' \(did you mean --engines\?\)/, 'compare', '--engins', 'raft'],
    [/unknown command 'compar'/, 'compar'],
    [/'0' is invalid. it must be a whole number from 1/, 'compare', '--clients', '0'],
    [/unknown workload "ycsb-z"; known: ycsb-a/, 'compare', '--workload', 'ycsb-z'],
    [/cannot be written/, 'compare', '--json', '/nowhere/at/all.json'],
    [/cannot read .*nothing.jsonl: there is no such file/, 'compare', '--operations', 'nothing.jsonl'],
    [/nothing.edn cannot be read/, 'check', 'nothing.edn', '--model', 'kv'],
    [/model.*register.*kv|Allowed choices/, 'check', 'x', '--model', 'queue'],
    [/"many" are no seeds/, 'sim', '--seeds', 'many'],
    [/cannot use the data directory \/dev\/null\/x/, 'compare', '--directory', '/dev/null/x'],
  ])('%s', async ([pattern, ...words]) => {
    expectOneLine(await runQuorate(...words), pattern)
  })

  test('a bad line in an operations file', async () => {
    const file = join(temporaryDirectory(), 'operations.jsonl')
    writeFileSync(file, '{"op":"put","key":"k","value":"v"}\n{"op":"puts","key":"k","value":"v"}\n')
    const ended = await runQuorate('compare', '--operations', file)
    expectOneLine(ended, /operations.jsonl line 2: unknown op "puts"; expected put, get, delete or cas/)
  })

  test('a history that cannot be read', async () => {
    const file = join(temporaryDirectory(), 'history.edn')
    writeFileSync(file, '[{:process 1, :type :invoke, :f :read, :value nil}\n {:process }]')
    expectOneLine(await runQuorate('check', file, '--model', 'cas-register'), /history.edn: line 2, column /)
  })

  test('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    expectOneLine(
      await serve(temporaryDirectory(), { clientPort: port }),
      new RegExp(`127.0.0.1:${port}.*Stop it, or`),
    )
  })
})

describe('a data directory that is not to be opened is refused and left as it was', () => {
  test('of another cluster', async () => {
    const directory = await usedDirectory()
    const before = contents(directory)
    expectOneLine(
      await serve(directory, { cluster: 'other' }),
      /belongs to cluster "mine", this is cluster "other"/,
    )
    expect(contents(directory)).toEqual(before)
  })

  test('of another engine', async () => {
    const directory = await usedDirectory()
    const before = contents(directory)
    expectOneLine(await serve(directory, { engine: 'zab' }), /belongs to engine "raft", this is engine "zab"/)
    expect(contents(directory)).toEqual(before)
  })

  test('with a flipped byte', async () => {
    const directory = await usedDirectory()
    const log = join(directory, logFile(directory))
    const bytes = readFileSync(log)
    const used = bytes.findLastIndex((byte) => byte !== 0)
    const middle = used >> 1
    bytes[middle] = bytes[middle]! ^ 0x10
    writeFileSync(log, bytes)
    const before = contents(directory)
    expectOneLine(await serve(directory), /damaged|corrupt|does not match/i)
    expect(contents(directory)).toEqual(before)
  })

  test('of a newer version', async () => {
    const directory = await usedDirectory()
    const log = join(directory, logFile(directory))
    const bytes = readFileSync(log)
    // Header: magic, version, length of the body, checksum of these and the body.
    bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4)
    const body = bytes.subarray(16, 16 + bytes.readUInt32LE(8))
    bytes.writeUInt32LE(crc32(body, crc32(bytes.subarray(0, 12))), 12)
    writeFileSync(log, bytes)
    const before = contents(directory)
    expectOneLine(await serve(directory), /newer/i)
    expect(contents(directory)).toEqual(before)
  })
})

interface ServeSettings {
  readonly cluster?: string
  readonly engine?: string
  readonly clientPort?: number
}

function serveWords(
  directory: string,
  { cluster = 'mine', engine = 'raft', clientPort = 0 }: ServeSettings,
): string[] {
  const words = ['serve', '--id', '1', '--peers', '1=127.0.0.1:0', '--directory', directory]
  return [...words, '--client-port', String(clientPort), '--cluster', cluster, '--engine', engine]
}

function serve(directory: string, settings: ServeSettings = {}): Promise<Ended> {
  return runQuorate(...serveWords(directory, settings))
}

/** The directory of a replica that has served, and was killed. */
async function usedDirectory(): Promise<string> {
  const directory = join(temporaryDirectory(), 'data')
  mkdirSync(directory)
  const running = startQuorate(...serveWords(directory, {}))
  await running.printed('serves clients')
  running.child.kill('SIGKILL')
  await running.ended
  return directory
}

function logFile(directory: string): string {
  return readdirSync(directory).find((name) => name.startsWith('log'))!
}

/** Every file but the lock, which says who looked last. */
function contents(directory: string): Record<string, Uint8Array> {
  const names = readdirSync(directory).filter((name) => !name.includes('lock'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name))]))
}
