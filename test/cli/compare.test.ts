import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runQuorate, startQuorate, temporaryDirectory } from './run-quorate.ts'

interface Run {
  readonly [field: string]: unknown
}

const brief = ['--seconds', '1.5', '--clients', '16', '--keys', '50']

describe('quorate compare', () => {
  test.for(['mvcc', 'znode'])(
    'all engines keep %s linearizable while the leader is killed',
    async (machine) => {
      const directory = temporaryDirectory()
      const json = join(directory, 'out.json')
      const report = join(directory, 'report.html')
      const files = ['--json', json, '--report', report]
      const ended = await runQuorate(
        'compare',
        '--machine',
        machine,
        '--workload',
        'ycsb-a',
        ...brief,
        ...files,
      )
      expect(ended.stderr).not.toContain('\u001B')
      expect(ended.stdout).toMatch(/linearizable +yes +yes +yes/)
      expect(ended.code).toBe(0)
      const { runs } = JSON.parse(readFileSync(json, 'utf8')) as { runs: readonly Run[] }
      expect(runs.map(({ engine }) => engine)).toEqual(['raft', 'zab', 'multi-paxos'])
      for (const run of runs) {
        expect(run).toMatchObject({ machine, replicas: 3, linearizable: 'yes', digestsEqual: true })
        expect(run).toMatchObject({
          commitsPerSecond: expect.any(Number),
          latencyMs: { p50: expect.any(Number), p99: expect.any(Number) },
          messagesPerCommit: { measured: expect.any(Number), predicted: expect.any(Number) },
          bytesPerCommit: expect.any(Number),
          fsyncsPerCommit: expect.any(Number),
          electionMs: expect.any(Number),
          recoveryMs: expect.any(Number),
        })
        expect(run['operationsChecked']).toBeGreaterThan(50)
      }
      const page = readFileSync(report, 'utf8')
      expect(page).toMatch(/^<!doctype html>/)
      expect(page).not.toMatch(/https?:\/\//)
    },
  )

  test('runs the operations of a file', async () => {
    const file = join(temporaryDirectory(), 'operations.jsonl')
    const operations = [
      { op: 'put', key: 'a', value: '1' },
      { op: 'get', key: 'a' },
      { op: 'cas', key: 'a', expected: '1', value: '2' },
      { op: 'cas', key: 'b', value: '3' },
      { op: 'delete', key: 'a' },
    ]
    writeFileSync(file, operations.map((operation) => JSON.stringify(operation)).join('\n'))
    for (const machine of ['mvcc', 'znode']) {
      const words = ['--engines', 'zab,multi-paxos', '--machine', machine, '--operations', file]
      const ended = await runQuorate('compare', ...words, ...brief)
      expect(ended.stdout, machine).toMatch(/linearizable +yes +yes/)
      expect(ended.code, machine).toBe(0)
    }
  })

  test.skipIf(existsSync('/proc/self') ? false : 'there is no /proc to look at')(
    'an interrupt leaves no process and no files behind',
    async () => {
      const running = startQuorate('compare', '--engines', 'raft', '--seconds', '60')
      const pids = await replicaPids(running.child.pid!)
      expect(pids).toHaveLength(3)
      running.child.kill('SIGINT')
      const { code, stderr } = await running.ended
      expect(stderr).toMatch(/quorate: interrupted; nothing is left running\n$/)
      expect(code).toBeGreaterThan(0)
      for (const pid of pids) expect(isAlive(pid)).toBe(false)
    },
  )
})

/** The processes that `parent` has started, once there are three. Only where there is a /proc to look at. */
async function replicaPids(parent: number): Promise<number[]> {
  const children = `/proc/${parent}/task/${parent}/children`
  if (!existsSync(children)) return []
  for (;;) {
    const pids = readFileSync(children, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    if (pids.length >= 3) return pids
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}
