import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { formatTable } from '../../src/report/table.ts'
import { comparison, paxos, raft, run, unmeasured, zab } from './example.ts'

test('two engines, side by side in at most 80 columns', () => {
  const table = formatTable(comparison())
  expect(table).toBe(`\
3 replicas · mvcc · workload ycsb-a · 64 clients · 20 s · 1,000 keys
values of 256 bytes · seed 1

                                        raft          zab
─────────────────────────────────────────────────────────
commits/s                             18,402       15,990
latency p50, ms                         3.48         4.00
latency p99, ms                         10.3         11.9
messages/commit, measured               0.52         0.75
messages/commit, predicted              0.49         0.74
  mean batch, entries/message           8.12         8.12
bytes/commit                           1,402        1,402
fsyncs/commit                           0.37         0.37
cold election, ms                        312          312
leader killed → next commit, ms        1,214        1,489
linearizable                             yes          yes
  operations checked                 182,311      182,311
replicas' digests equal                  yes          yes
`)
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test.for([1, 3, 5])('%d engines: every row ends where the others do', (count) => {
  const runs = [raft, zab, paxos, { ...raft, engine: 'an engine with a long name' }, { ...zab, engine: 'z' }]
  const lines = formatTable(comparison(runs.slice(0, count).map((character) => run(character)))).split('\n')
  const table = lines.slice(lines.findIndex((line) => line.startsWith('─')) - 1).filter((line) => line !== '')
  expect(table).toHaveLength(15)
  expect(new Set(table.map((line) => line.length)).size).toBe(1)
})

test('what was not measured is a dash', () => {
  const lines = formatTable(comparison([run(raft), unmeasured('zab')])).split('\n')
  const dashes = lines.filter((line) => line.endsWith('—')).map((line) => line.split('  ')[0])
  expect(dashes).toContain('commits/s')
  expect(dashes).toContain('leader killed → next commit, ms')
  expect(dashes).toHaveLength(10)
  expect(lines.join('\n')).not.toMatch(/NaN|Infinity|undefined|null/)
})

test('what contradicts linearizability stands below', () => {
  const details = {
    ...run(zab).details,
    explanation: ['key user1: get by client 3 gave "x",', 'never written'],
  }
  const wrong = run(zab, { linearizable: 'no', digestsEqual: false, details })
  const table = formatTable(comparison([run(raft), wrong]))
  expect(table).toMatch(/^linearizable +yes +no$/m)
  expect(table).toMatch(/^replicas' digests equal +yes +no$/m)
  expect(table.slice(table.indexOf('\n\nzab'))).toBe(`

zab: not linearizable
  key user1: get by client 3 gave "x",
  never written
`)
  const open = run(zab, { linearizable: 'unknown', details })
  expect(formatTable(comparison([open]))).toContain('zab: not known to be linearizable\n')
})

test('colour changes nothing but the colour of answers', () => {
  const runs = [run(raft), run(zab, { linearizable: 'no' }), run(paxos, { linearizable: 'unknown' })]
  const colored = formatTable(comparison(runs), { color: true })
  expect(stripVTControlCharacters(colored)).toBe(formatTable(comparison(runs)))
  expect(colored).toContain('\u001B[32myes\u001B[39m')
  expect(colored).toContain('\u001B[31mno\u001B[39m')
  expect(colored).toContain('\u001B[33munknown\u001B[39m')
  expect(formatTable(comparison(runs))).not.toContain('\u001B')
})

test('names from elsewhere cannot write to the terminal', () => {
  const details = { ...run(raft).details, explanation: ['value \u001B]0;title\u0007 \u009B2J'] }
  const table = formatTable(
    comparison([run({ ...raft, engine: 'ra\u001B[2Jft' }, { linearizable: 'no', details })]),
  )
  expect(table.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
})
