import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/compare/comparison.ts'
import { formatHtml } from '../../src/report/html.ts'
import { readDocument } from './document.ts'
import { comparison, paxos, raft, run, settings, unkilled, unmeasured, zab } from './example.ts'

const many = Array.from({ length: 8 }, (_, i) => run({ ...raft, engine: `engine-${i}`, perSecond: 9000 + i }))
const unfinished = run(zab, {
  recoveryMs: NaN,
  details: { ...run(zab).details, recoveredAtMs: NaN, restartedAtMs: NaN },
})

const cases: readonly (readonly [string, Comparison])[] = [
  ['two engines', comparison()],
  ['one engine', comparison([run(raft)])],
  ['three engines', comparison([run(raft), run(zab), run(paxos)])],
  ['eight engines', comparison(many)],
  ['no engine', comparison([])],
  ['nobody killed', comparison([unkilled(raft), unkilled(zab)])],
  ['one killed, one not', comparison([unkilled(raft), run(zab)])],
  ['one that never recovered', comparison([run(raft), unfinished])],
  ['one that nothing is known of', comparison([run(raft), unmeasured('zab')])],
  ['nothing known at all', comparison([unmeasured('raft'), unmeasured('zab')])],
]

describe.for(cases)('the page for %s', ([, example]) => {
  const page = formatHtml(example)
  const starts = readDocument(page)

  test('has only figures that are numbers', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|null|\[object/)
  })

  test('needs nothing from anywhere', () => {
    expect(page).not.toMatch(/\/\/|<script|<iframe|<img|@import|url\((?!#)/i)
    const references = starts.flatMap(({ attributes }) => [attributes.get('href'), attributes.get('src')])
    expect(references.filter((reference) => reference !== undefined)).toEqual(['data:,'])
  })

  test('describes each chart, and has its figures as a table', () => {
    const ids = starts.flatMap(({ attributes }) => attributes.get('id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const charts = starts.filter(({ attributes }) => attributes.get('role') === 'img')
    expect(charts.length).toBeGreaterThanOrEqual(example.runs.length === 0 ? 0 : 3)
    for (const { attributes } of charts) {
      for (const id of attributes.get('aria-labelledby')!.split(' ')) expect(ids).toContain(id)
    }
    expect(starts.filter(({ name }) => name === 'details')).toHaveLength(charts.length)
    expect(starts.filter(({ name }) => name === 'figcaption')).toHaveLength(charts.length)
    expect(starts.filter(({ name }) => name === 'caption')).toHaveLength(charts.length)
  })

  test('draws within its charts', () => {
    for (const { name, attributes } of starts) {
      if (!['rect', 'circle', 'line', 'text'].includes(name) || attributes.has('patternUnits')) continue
      const [x, y] = ['x', 'y'].map((axis) =>
        Number(attributes.get(axis) ?? attributes.get(`c${axis}`) ?? attributes.get(`${axis}1`) ?? 0),
      )
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(920)
      expect(y).toBeGreaterThanOrEqual(0)
      if (name === 'rect') expect(Number(attributes.get('width'))).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('what the page says', () => {
  const page = formatHtml(comparison())

  test('the settings, the machine, and the command that repeats it', () => {
    expect(page).toContain(`<pre class="command">${settings.command}</pre>`)
    expect(page).toContain('2 × Example CPU at 3 GHz, linux x64, Node 20.20.2, Quorate 0.1.0')
    expect(page).toContain('3 replicas · mvcc · workload ycsb-a · 64 clients · 20 s · 1,000 keys')
    expect(page).toContain('2026-01-02T03:04:05.000Z')
    expect(page).toContain('<dd>ycsb-a (YCSB A: 50 % reads, 50 % updates), keys popular by Zipf’s law</dd>')
  })

  test('the results, in sentences and in a table', () => {
    expect(page).toContain('<b>raft</b> acknowledged 18,402 operations a second: 1.15 × <b>zab</b> (15,990).')
    expect(page).toContain('served nobody for 1,214 ms with <b>raft</b> and 1,489 ms with <b>zab</b>.')
    expect(page).toContain('364,622 operations checked, those under way during the kill included.')
    expect(page).toContain('<tr><th scope="row">commits/s</th><td>18,402</td><td>15,990</td>')
    expect(page).toContain('<td class="good">✓ yes</td>')
  })

  test('each kind of message beside the prediction', () => {
    for (const type of Object.keys({ ...raft.messagesByType, ...zab.messagesByType }))
      expect(page).toContain(type)
    expect(page).toContain('= 4 ÷ 8.12 entries a message')
    expect(page).toContain('= 6 ÷ 8.12 entries a message')
  })

  test('the moments of the kill, the next commit and the restart', () => {
    expect(page.match(/no commit for 1,214 ms/g)).toHaveLength(1)
    expect(page.match(/next commit after 1,489 ms/g)).toHaveLength(2)
    expect(page.match(/>restarted<\/text>/g)).toHaveLength(2)
  })

  test('what contradicts linearizability', () => {
    const details = { ...run(zab).details, explanation: ['get gave "x" < "y"'] }
    const wrong = formatHtml(
      comparison([run(raft), run(zab, { linearizable: 'no', digestsEqual: false, details })]),
    )
    expect(wrong).toContain('✗ Not linearizable:</span> the history of <b>zab</b>.')
    expect(wrong).toContain('✗ Replicas differ</span> at the end of the run of <b>zab</b>.')
    expect(wrong).toContain('<pre>get gave &quot;x&quot; &lt; &quot;y&quot;</pre>')
    const open = formatHtml(comparison([run(zab, { linearizable: 'unknown' })]))
    expect(open).toContain('? Not known to be linearizable:</span> the history of <b>zab</b>.')
  })

  test('many kinds of message are summed up from the eighth on', () => {
    const messagesByType = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`type-${i}`, 1000 - i]))
    const crowded = formatHtml(comparison([run({ ...raft, messagesByType })]))
    expect(crowded).toContain('5 other types')
    expect(crowded.match(/>type-\d+<\/text>/g)).toHaveLength(7)
    expect(crowded.match(/raft: type-\d+/g)).toHaveLength(12)
  })
})

test('nothing that is put in gets onto the page as markup', () => {
  const evil = `</title><script>alert('x')</script>"'&\u0000\u001B\u202E\uD800<b onload=x>`
  const details = { ...run(raft).details, explanation: [evil], operations: { [evil]: 1 } }
  const bad = run(
    { ...raft, engine: evil, messagesByType: { [evil]: 5 } },
    { linearizable: 'no', machine: evil, details },
  )
  const page = formatHtml({
    runs: [bad],
    settings: {
      ...settings,
      engines: [evil],
      machine: evil,
      workload: evil,
      command: evil,
      startedAt: evil,
      environment: { ...settings.environment, node: evil, platform: evil, cpu: evil, version: evil },
    },
  })
  const harmless = readDocument(page)
  expect(harmless.some(({ name, attributes }) => name === 'script' || attributes.has('onload'))).toBe(false)
  expect(page).not.toContain('<script')
  expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Surrogate}\u202E]/u)
})
