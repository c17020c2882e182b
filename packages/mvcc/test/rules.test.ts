import { describe, expect, it } from 'vitest'
import { compareAndSet, prefixEnd, type Compare, type MvccCommand, type TxnOperation } from '../src/index.ts'
import { bytes, shown, Subject } from './support/harness.ts'

const put = (key: string, value: string): TxnOperation => ({
  type: 'put',
  key: bytes(key),
  value: bytes(value),
})
const remove = (key: string, rangeEnd?: string): TxnOperation => ({
  type: 'deleteRange',
  key: bytes(key),
  rangeEnd: rangeEnd === undefined ? undefined : bytes(rangeEnd),
})
const get = (key: string, revision = 0): TxnOperation => ({ type: 'range', key: bytes(key), revision })
const txn = (
  success: TxnOperation[],
  compare: Compare[] = [],
  failure: TxnOperation[] = [],
): MvccCommand => ({
  type: 'txn',
  compare,
  success,
  failure,
})

describe('revisions', () => {
  it('begin at 1; the first write makes 2', () => {
    const store = new Subject()
    expect(store.query({ type: 'status' })).toEqual({
      type: 'status',
      revision: 1,
      compactRevision: -1,
      keys: 0,
    })
    expect(store.put('a', '1')).toEqual({ type: 'put', revision: 2, prevKv: undefined })
    expect(store.query({ type: 'status' })).toMatchObject({ revision: 2, keys: 1 })
  })

  it('grow with a put of the same value, not with a delete of nothing or a transaction without changes', () => {
    const store = new Subject()
    store.put('a', '1')
    expect(store.put('a', '1')).toMatchObject({ revision: 3 })
    expect(store.delete('b')).toEqual({ type: 'deleteRange', revision: 3, deleted: 0, prevKvs: [] })
    expect(store.apply(txn([get('a'), remove('b')]))).toMatchObject({ revision: 3, succeeded: true })
    expect(store.apply(txn([]))).toMatchObject({ revision: 3, responses: [] })
    expect(store.query({ type: 'status' })).toMatchObject({ revision: 3 })
  })
})

describe('put', () => {
  it('counts versions and remembers when the key was made; after a delete it begins anew', () => {
    const store = new Subject()
    store.put('a', '1')
    store.put('a', '2')
    expect(store.range('a').kvs).toEqual([
      { key: bytes('a'), createRevision: 2, modRevision: 3, version: 2, value: bytes('2') },
    ])
    store.delete('a')
    store.put('a', '3')
    expect(store.range('a').kvs).toEqual([
      { key: bytes('a'), createRevision: 5, modRevision: 5, version: 1, value: bytes('3') },
    ])
  })

  it('gives the key as it was on request, and nothing if it did not exist', () => {
    const store = new Subject()
    const command = { type: 'put', key: bytes('a'), value: bytes('2'), prevKv: true } as const
    expect(store.apply(command)).toEqual({ type: 'put', revision: 2, prevKv: undefined })
    expect(store.apply(command)).toMatchObject({ prevKv: { version: 1, value: bytes('2') } })
    expect(store.put('a', '3')).toMatchObject({ prevKv: undefined })
  })

  it('refuses an empty key and allows an empty value', () => {
    const store = new Subject()
    expect(store.put('', '1')).toEqual({ type: 'error', code: 'EMPTY_KEY', revision: 1, compactRevision: -1 })
    expect(store.changes).toEqual([])
    store.put('a', '')
    expect(store.range('a')).toMatchObject({ count: 1, kvs: [{ value: new Uint8Array(0) }] })
  })

  it('keeps a copy: the caller’s bytes may change afterwards', () => {
    const store = new Subject()
    const key = bytes('a')
    const value = Buffer.from('1')
    store.apply({ type: 'put', key, value })
    key[0] = 0
    value[0] = 0
    expect(store.all()).toBe('a=1')
  })

  it('reports what changed', () => {
    const store = new Subject()
    store.put('a', '1')
    store.put('a', '2')
    const kv = { key: bytes('a'), createRevision: 2, modRevision: 3, version: 2, value: bytes('2') }
    const prev = { key: bytes('a'), createRevision: 2, modRevision: 2, version: 1, value: bytes('1') }
    expect(store.changes).toEqual([{ type: 'put', revision: 3, kv, prev }])
  })
})

describe('deleteRange', () => {
  it('deletes one key, a range, or everything from a key on', () => {
    const store = new Subject()
    for (const key of ['a', 'aa', 'b', 'c', 'd']) store.put(key, key)
    expect(store.delete('a')).toMatchObject({ deleted: 1, revision: 7 })
    expect(store.delete('aa', 'c')).toMatchObject({ deleted: 2, revision: 8 })
    expect(store.all()).toBe('c=c d=d')
    expect(store.delete('d', '\0')).toMatchObject({ deleted: 1 })
    expect(store.delete('\0', '\0')).toMatchObject({ deleted: 1 })
    expect(store.query({ type: 'status' })).toMatchObject({ keys: 0, revision: 10 })
  })

  it('gives the deleted keys in key order, all under one revision', () => {
    const store = new Subject()
    store.put('b', '2')
    store.put('a', '1')
    const result = store.apply({ type: 'deleteRange', key: bytes('a'), rangeEnd: bytes('z'), prevKv: true })
    expect(result).toMatchObject({ deleted: 2, revision: 4 })
    expect(shown(result.type === 'deleteRange' ? result.prevKvs : [])).toBe('a=1 b=2')
    expect(store.changes.map((change) => [change.type, change.revision, shown([change.kv])])).toEqual([
      ['delete', 4, 'a='],
      ['delete', 4, 'b='],
    ])
    expect(store.changes[0]!.kv).toEqual({
      key: bytes('a'),
      createRevision: 0,
      modRevision: 4,
      version: 0,
      value: new Uint8Array(0),
    })
  })

  it('refuses an empty key; a range that ends before it begins is empty', () => {
    const store = new Subject()
    store.put('b', '')
    expect(store.delete('', 'z')).toMatchObject({ code: 'EMPTY_KEY' })
    expect(store.delete('c', 'a')).toMatchObject({ deleted: 0 })
    expect(store.delete('b', 'b')).toMatchObject({ deleted: 0 })
  })
})

describe('range', () => {
  const filled = () => {
    const store = new Subject()
    for (const key of ['a', 'b', 'b\0', 'c', '\xff', '\xff\xff']) store.put(key, `v${key}`)
    return store
  }

  it('orders keys by bytes and excludes its end', () => {
    const store = filled()
    expect(store.range('a', 'c').kvs.map((kv) => kv.key)).toEqual([bytes('a'), bytes('b'), bytes('b\0')])
    expect(store.range('c', '\0').kvs.map((kv) => kv.key)).toEqual([
      bytes('c'),
      bytes('\xff'),
      bytes('\xff\xff'),
    ])
    expect(store.range('b').count).toBe(1)
    expect(store.range('c', 'b')).toMatchObject({ count: 0, kvs: [], more: false })
  })

  it('limits, counts everything all the same, and says whether there is more', () => {
    const store = filled()
    expect(store.range('\0', '\0', { limit: 2 })).toMatchObject({ count: 6, more: true })
    expect(store.range('\0', '\0', { limit: 2 }).kvs.map((kv) => kv.key)).toEqual([bytes('a'), bytes('b')])
    expect(store.range('\0', '\0', { limit: 6 })).toMatchObject({ count: 6, more: false })
    expect(store.range('\0', '\0', { limit: 2, order: 'descend' }).kvs.map((kv) => kv.key)).toEqual([
      bytes('\xff\xff'),
      bytes('\xff'),
    ])
    expect(store.range('\0', '\0', { countOnly: true, limit: 1 })).toEqual({
      type: 'range',
      revision: 7,
      kvs: [],
      more: false,
      count: 6,
    })
    expect(store.range('a', undefined, { keysOnly: true }).kvs).toMatchObject([
      { version: 1, value: bytes('') },
    ])
  })

  it('reads any revision back to the compaction, this one included', () => {
    const store = new Subject()
    store.put('a', '1')
    store.put('b', '1')
    store.put('a', '2')
    store.delete('a')
    store.put('a', '3')
    const history = ['', 'a=1', 'a=1 b=1', 'a=2 b=1', 'b=1', 'a=3 b=1']
    history.forEach((state, i) => expect(store.all(i + 1)).toBe(state))
    store.compact(4)
    expect(store.all(4)).toBe('a=2 b=1')
    expect(store.range('a', undefined, { revision: 4 }).revision).toBe(6)
    const query = { type: 'range', key: bytes('a') } as const
    expect(store.query({ ...query, revision: 3 })).toMatchObject({ code: 'COMPACTED', compactRevision: 4 })
    expect(store.query({ ...query, revision: 7 })).toMatchObject({ code: 'FUTURE_REVISION', revision: 6 })
    expect(store.query({ ...query, revision: -5 })).toMatchObject({ count: 1 })
    expect(store.query({ type: 'range', key: bytes('') })).toMatchObject({ code: 'EMPTY_KEY' })
  })
})

describe('txn', () => {
  it('runs one branch, all under one revision, each step seeing those before it', () => {
    const store = new Subject()
    store.put('a', '1')
    const result = store.apply(txn([get('a'), put('a', '2'), get('a')]))
    expect(result).toMatchObject({
      revision: 3,
      responses: [
        { type: 'range', revision: 2, kvs: [{ value: bytes('1') }] },
        { type: 'put', revision: 3 },
        { type: 'range', revision: 3, kvs: [{ value: bytes('2'), modRevision: 3 }] },
      ],
    })
    expect(store.apply(txn([put('x', ''), remove('a'), put('y', '')]))).toMatchObject({ revision: 4 })
    expect(store.changes.map((change) => [change.type, shown([change.kv]), change.revision])).toEqual([
      ['put', 'x=', 4],
      ['delete', 'a=', 4],
      ['put', 'y=', 4],
    ])
    expect(store.query({ type: 'status' })).toMatchObject({ revision: 4 })
  })

  it('reads an older revision within a transaction that writes', () => {
    const store = new Subject()
    store.put('a', '1')
    expect(store.apply(txn([put('a', '2'), get('a', 2)]))).toMatchObject({
      responses: [{}, { revision: 3, kvs: [{ value: bytes('1') }] }],
    })
  })

  it('is refused as a whole for a revision it cannot read, but only in the branch that runs', () => {
    const store = new Subject()
    store.put('a', '1')
    expect(store.apply(txn([put('a', '2'), get('a', 9)]))).toMatchObject({
      code: 'FUTURE_REVISION',
      revision: 2,
    })
    expect(store.all()).toBe('a=1')
    expect(store.changes).toEqual([])
    expect(store.apply(txn([put('a', '2')], [], [get('a', 9)]))).toMatchObject({ succeeded: true })
  })

  it('is refused for a key put twice, or put and deleted, in either branch; deletes may overlap', () => {
    const store = new Subject()
    const refused = { type: 'error', code: 'DUPLICATE_KEY' }
    expect(store.apply(txn([put('a', ''), put('a', '')]))).toMatchObject(refused)
    expect(store.apply(txn([put('b', ''), remove('a', 'c')]))).toMatchObject(refused)
    expect(store.apply(txn([remove('x', '\0'), remove('a'), put('z', '')]))).toMatchObject(refused)
    expect(store.apply(txn([], [], [put('a', ''), remove('a')]))).toMatchObject(refused)
    expect(store.apply(txn([put('', '')]))).toMatchObject({ code: 'EMPTY_KEY' })
    expect(store.apply(txn([remove('a', 'd'), remove('b', 'c'), put('d', ''), put('e', '')]))).toMatchObject({
      type: 'txn',
    })
    expect(store.apply(txn([put('a', '')], [], [put('a', '')]))).toMatchObject({ type: 'txn' })
  })

  it('compares numbers of a key that is not there as 0, and its value never', () => {
    const store = new Subject()
    store.put('a', 'm')
    store.put('a', 'm')
    const holds = (compare: Compare) => {
      const result = store.apply(txn([], [compare]))
      return result.type === 'txn' && result.succeeded
    }
    const there = bytes('a')
    const gone = bytes('b')
    expect(holds({ target: 'version', key: gone, operator: '=', value: 0 })).toBe(true)
    expect(holds({ target: 'createRevision', key: gone, operator: '<', value: 1 })).toBe(true)
    for (const operator of ['=', '!=', '<', '>'] as const) {
      expect(holds({ target: 'value', key: gone, operator, value: bytes('') })).toBe(false)
    }
    expect(holds({ target: 'version', key: there, operator: '=', value: 2 })).toBe(true)
    expect(holds({ target: 'createRevision', key: there, operator: '=', value: 2 })).toBe(true)
    expect(holds({ target: 'modRevision', key: there, operator: '>', value: 2 })).toBe(true)
    expect(holds({ target: 'modRevision', key: there, operator: '!=', value: 3 })).toBe(false)
    expect(holds({ target: 'value', key: there, operator: '<', value: bytes('n') })).toBe(true)
    expect(holds({ target: 'value', key: there, operator: '>', value: bytes('') })).toBe(true)
    expect(holds({ target: 'value', key: there, operator: '=', value: bytes('mm') })).toBe(false)
  })

  it('compares every key of a range', () => {
    const store = new Subject()
    store.put('a', '1')
    store.put('b', '1')
    const same: Compare = {
      target: 'value',
      key: bytes('a'),
      rangeEnd: bytes('z'),
      operator: '=',
      value: bytes('1'),
    }
    expect(store.apply(txn([], [same]))).toMatchObject({ succeeded: true })
    store.put('c', '2')
    expect(store.apply(txn([], [same]))).toMatchObject({ succeeded: false })
    const none: Compare = {
      target: 'version',
      key: bytes('x'),
      rangeEnd: bytes('\0'),
      operator: '=',
      value: 0,
    }
    expect(store.apply(txn([], [none]))).toMatchObject({ succeeded: true })
  })

  it('judges compares by the state before it', () => {
    const store = new Subject()
    const absent: Compare = { target: 'version', key: bytes('a'), operator: '=', value: 0 }
    expect(store.apply(txn([put('a', '')], [absent, absent]))).toMatchObject({ succeeded: true })
    expect(store.apply(txn([put('a', '')], [absent], [get('a')]))).toMatchObject({
      succeeded: false,
      responses: [{ count: 1 }],
    })
  })
})

describe('compareAndSet', () => {
  it('creates, replaces, and otherwise shows what is there', () => {
    const store = new Subject()
    const cas = (expected: string | undefined, value: string) =>
      store.apply(
        compareAndSet({
          key: bytes('k'),
          expected: expected === undefined ? undefined : bytes(expected),
          value: bytes(value),
        }),
      )
    expect(cas(undefined, '1')).toMatchObject({ succeeded: true, revision: 2 })
    expect(cas(undefined, '2')).toMatchObject({
      succeeded: false,
      responses: [{ kvs: [{ value: bytes('1') }] }],
    })
    expect(cas('1', '2')).toMatchObject({ succeeded: true, revision: 3 })
    expect(cas('1', '3')).toMatchObject({ succeeded: false, revision: 3 })
    expect(store.all()).toBe('k=2')
  })
})

describe('compact', () => {
  it('goes up only, not beyond the present; a fresh store can be compacted at 0 once', () => {
    const store = new Subject()
    expect(store.compact(-1)).toMatchObject({ code: 'COMPACTED' })
    expect(store.compact(0)).toEqual({ type: 'compact', revision: 1 })
    expect(store.compact(0)).toMatchObject({ code: 'COMPACTED' })
    expect(store.compact(2)).toMatchObject({ code: 'FUTURE_REVISION' })
    store.put('a', '1')
    expect(store.compact(2)).toEqual({ type: 'compact', revision: 2 })
    expect(store.compact(1)).toMatchObject({ code: 'COMPACTED', compactRevision: 2 })
    expect(store.all()).toBe('a=1')
  })

  it('keeps versions and create revisions of what it keeps', () => {
    const store = new Subject()
    for (const value of ['1', '2', '3', '4']) store.put('a', value)
    store.compact(4)
    for (let i = 0; i < 10; i++) store.put('b', '')
    expect(store.range('a', undefined, { revision: 4 }).kvs).toMatchObject([
      { version: 3, createRevision: 2, modRevision: 4, value: bytes('3') },
    ])
    expect(store.range('a').kvs).toMatchObject([{ version: 4, createRevision: 2 }])
  })
})

describe('prefixEnd', () => {
  it('is the first key that does not begin with the prefix', () => {
    expect(prefixEnd(bytes('ab'))).toEqual(bytes('ac'))
    expect(prefixEnd(bytes('a\xff\xff'))).toEqual(bytes('b'))
    expect(prefixEnd(bytes('\xff\xff'))).toEqual(bytes('\0'))
    expect(prefixEnd(bytes(''))).toEqual(bytes('\0'))
  })
})
