import { describe, expect, test } from 'vitest'
import type { KvInput, Operation, Value } from '../../src/index.ts'
import { checkHistory, checkWithWitness, kv, linearizabilityPage } from '../../src/index.ts'

function page(model: string, lines: readonly object[], options = {}): string {
  const text = lines.map((line) => JSON.stringify(line)).join('\n')
  return checkHistory(text, 'a <history>.jsonl', model, options).page()
}

const stale = [
  { client: 0, op: 'put', key: 'x', value: 'old', call: 0, return: 1 },
  { client: 0, op: 'put', key: 'x', value: '<b>new</b>', call: 2, return: 3 },
  { client: 1, op: 'get', key: 'x', output: 'old', call: 4, return: 5 },
  { client: 2, op: 'get', key: 'y', output: null, call: 4, return: 5 },
]

const skewed = [
  {
    client: 0,
    op: 'txn',
    value: [],
    output: [
      ['append', 'x', 1],
      ['r', 'y', []],
    ],
    call: 0,
    return: 9,
  },
  {
    client: 1,
    op: 'txn',
    value: [],
    output: [
      ['append', 'y', 1],
      ['r', 'x', []],
    ],
    call: 0,
    return: 9,
  },
]

const forgetful = [
  { session: 's', op: 'write', key: 'x', value: '"><script>', zxid: 1, call: 0, return: 1 },
  { session: 's', op: 'read', key: 'x', output: null, zxid: 0, call: 2, return: 3 },
]

const pages: readonly (readonly [model: string, page: string])[] = [
  ['kv', page('kv', stale)],
  ['list-append', page('list-append', skewed)],
  ['sessions', page('sessions', forgetful)],
]

describe.each(pages)('the page of %s', (_, text) => {
  test('needs nothing else, and runs nothing', () => {
    expect(text).toMatch(/^<!doctype html>/)
    expect(text).not.toMatch(/<script|<link rel="stylesheet"|<img|https?:|@import|url\(|\son\w+=/)
    expect(text).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;')
  })

  test('is well formed: tags are closed in order, ids are unique, links lead somewhere', () => {
    const open: string[] = []
    for (const [, closing, name, self] of text.matchAll(/<(\/?)([a-z]\w*)[^>]*?(\/?)>/g)) {
      if (self === '/' || ['meta', 'link'].includes(name!)) continue
      if (closing === '/') expect(open.pop()).toBe(name)
      else open.push(name!)
    }
    expect(open).toEqual([])
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of text.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
    for (const [, names] of text.matchAll(/aria-labelledby="([^"]*)"/g)) {
      for (const id of names!.split(' ')) expect(ids).toContain(id)
    }
  })

  test('escapes what the history says, and its name', () => {
    expect(text).not.toContain('<b>new')
    expect(text).not.toContain('"><script>')
    expect(text).toContain('<h1>a &lt;history&gt;.jsonl</h1>')
  })

  test('tells the verdict by words and a sign, not only by colour', () => {
    expect(text).toMatch(/<p class="verdict bad">\s*<span aria-hidden="true">✕<\/span> not [\w-]+\s*<\/p>/)
  })
})

test('where it breaks is marked, can be jumped to, and is in the table too', () => {
  const text = page('kv', stale)
  expect(text).toContain('Jump to where it breaks')
  expect(text.match(/class="op broken"/g)).toHaveLength(3)
  expect(text).toMatch(/✕ 1<\/text>/)
  expect(text.match(/<tr class="broken">/g)).toHaveLength(3)
  // The key without a fault is drawn after it.
  expect(text.indexOf('Key &quot;x&quot;')).toBeLessThan(text.indexOf('Key &quot;y&quot;'))
  expect(text).toMatch(/aria-label="client 0 {2}put &quot;old&quot;[^"]*Place 1 in the longest order found/)
})

test('an operation shows the longest order that it is in when it is hovered or focused', () => {
  // Either read has a place after the write of its value, and then the other has none.
  const text = page('register', [
    { client: 0, op: 'write', value: 2, call: 0, return: 5 },
    { client: 1, op: 'write', value: 3, call: 1, return: 4 },
    { client: 2, op: 'read', output: 2, call: 6, return: 9 },
    { client: 3, op: 'read', output: 3, call: 7, return: 8 },
  ])
  const orders = [...text.matchAll(/id="view-0-op-(\d)"\s+tabindex="0"\s+role="img"[^>]* data-order="(\d)"/g)]
  expect(orders.map(([, operation, order]) => [operation, order])).toEqual([
    ['0', '0'],
    ['1', '0'],
    ['2', '1'],
    ['3', '0'],
  ])
  expect(text).toMatch(/class="order first"\s+id="view-0-order-0"/)
  expect(text).toMatch(/class="order"\s+id="view-0-order-1"/)
  expect(text).toContain('#view-0:has(.op:hover, .op:focus) .order { display: none; }')
  expect(text).toContain('#view-0:has([data-order="1"]:hover) #view-0-order-1')
})

test('a cycle is drawn, and told in a table', () => {
  const text = page('list-append', skewed)
  expect(text).toContain('G2-item: a cycle of 2 transactions')
  expect(text).toContain('✕ back to T0')
  expect(text).toContain('T0 read y empty, and T1 appended 1 to that')
  expect(text).toMatch(/>serializable<\/th>\s*<td>✕ ruled out/)
  expect(text).toMatch(/>snapshot-isolation<\/th>\s*<td>✓ not ruled out/)
})

test('of sessions, what is broken is named with what it means', () => {
  const text = page('sessions', forgetful)
  expect(text).toContain('<h2 id="violation-0-title">read-your-writes</h2>')
  expect(text).toContain('a session sees its own writes')
})

test('unknown is said as such', () => {
  const hard = Array.from({ length: 40 }, (_, at) => ({
    client: at,
    op: 'append',
    key: 'x',
    value: `${at}`,
    call: 0,
    return: 9,
  }))
  const read = { client: 99, op: 'get', key: 'x', output: '?', call: 10, return: 11 }
  const text = page('kv', [...hard, read], { steps: 100 })
  expect(text).toMatch(/<p class="verdict open">\s*<span aria-hidden="true">\?<\/span> unknown\s*<\/p>/)
  expect(text).toContain('the search ran out of steps')
})

test('a huge history makes a bounded page around the break, which says what it leaves out', () => {
  const history = Array.from({ length: 20_000 }, (_, at): Operation<KvInput, Value> => {
    const times = { client: at % 7, call: 2 * at, return: 2 * at + 1 }
    return at % 2 === 0
      ? { ...times, input: { op: 'put', key: 'x', value: at }, output: undefined }
      : { ...times, input: { op: 'get', key: 'x' }, output: at === 12_345 ? 7 : at - 1 }
  })
  const result = checkWithWitness(kv(), history)
  const text = linearizabilityPage('long', kv(), history, result)
  expect(result.verdict).toBe('not linearizable')
  expect(text.length).toBeLessThan(1_000_000)
  expect(text).toMatch(/16\d operations around the break drawn, 198\d\d left out/)
  expect(text).toContain('get: 7')
})
