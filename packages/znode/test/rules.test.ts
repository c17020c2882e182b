import { describe, expect, it } from 'vitest'
import { compareZxid, formatZxid, type MultiOperation } from '../src/index.ts'
import { isValidPath, sequentialSuffix } from '../src/tree/path.ts'
import { bytes, context, Subject } from './support/harness.ts'

const error = (code: string) => ({ type: 'error', error: code })
const create = (path: string): MultiOperation => ({ type: 'create', path, data: null, mode: 'PERSISTENT' })
const multi = (...operations: MultiOperation[]) => ({ type: 'multi', operations }) as const

describe('the tree before the first command', () => {
  it('has the root and ZooKeeper’s own nodes, with a stat of zeros', () => {
    const tree = new Subject()
    expect(tree.children('/')).toEqual(['zookeeper'])
    expect(tree.children('/zookeeper')).toEqual(['config', 'quota'])
    const zero = { epoch: 0, counter: 0 }
    expect(tree.stat('/zookeeper/quota')).toEqual({
      czxid: zero,
      mzxid: zero,
      pzxid: zero,
      ctime: 0,
      mtime: 0,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: '0x0',
      dataLength: 0,
      numChildren: 0,
    })
    // As a fresh ZooKeeper says: the first nodes were never counted as created.
    expect(tree.stat('/')).toMatchObject({ cversion: -1, numChildren: 1 })
    expect(tree.stat('/zookeeper')).toMatchObject({ cversion: -2, numChildren: 2 })
    expect(tree.query({ type: 'getData', path: '/' })).toMatchObject({ data: new Uint8Array(0) })
  })

  it('keeps those nodes, but lets them have data and children', () => {
    const tree = new Subject()
    for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
      expect(tree.delete(path)).toMatchObject(error('BADARGUMENTS'))
    }
    expect(tree.create('/')).toMatchObject(error('NODEEXISTS'))
    expect(tree.create('/zookeeper/quota/a')).toMatchObject({ path: '/zookeeper/quota/a' })
    expect(tree.set('/', 'root')).toMatchObject({ stat: { version: 1, dataLength: 4 } })
    expect(tree.query({ type: 'getData', path: '' })).toMatchObject({ data: bytes('root') })
  })
})

describe('create', () => {
  it('gives path and stat, and tells the watches of the node, then of its parent', () => {
    const tree = new Subject()
    const zxid = { epoch: 1, counter: 1 }
    expect(tree.create('/a', 'data')).toEqual({
      type: 'create',
      zxid,
      path: '/a',
      stat: {
        czxid: zxid,
        mzxid: zxid,
        pzxid: zxid,
        ctime: 1000,
        mtime: 1000,
        version: 0,
        cversion: 0,
        aversion: 0,
        ephemeralOwner: '0x0',
        dataLength: 4,
        numChildren: 0,
      },
    })
    expect(tree.changes).toEqual([
      { type: 'created', path: '/a', zxid },
      { type: 'childrenChanged', path: '/', zxid },
    ])
    tree.create('/a/b')
    expect(tree.shownChanges()).toEqual(['created /a/b', 'childrenChanged /a'])
  })

  it('checks in ZooKeeper’s order: a slash, the parent, the path, the node', () => {
    const tree = new Subject()
    tree.create('/a')
    expect(tree.create('')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.create('a')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.create('a/b')).toMatchObject(error('NONODE'))
    expect(tree.create('/a\0/b')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.create('/x/y')).toMatchObject(error('NONODE'))
    expect(tree.create('/a//b')).toMatchObject(error('NONODE'))
    expect(tree.create('//b')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.create('/a/')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.create('/a/..')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.create('/a')).toMatchObject(error('NODEEXISTS'))
    expect(tree.changes).toEqual([])
  })

  it('keeps no data apart from empty data', () => {
    const tree = new Subject()
    tree.create('/null', null)
    tree.create('/empty', '')
    expect(tree.query({ type: 'getData', path: '/null' })).toMatchObject({
      data: null,
      stat: { dataLength: 0 },
    })
    expect(tree.query({ type: 'getData', path: '/empty' })).toMatchObject({ data: new Uint8Array(0) })
    tree.set('/empty', null)
    expect(tree.query({ type: 'getData', path: '/empty' })).toMatchObject({ data: null })
  })

  it('keeps a copy of the data', () => {
    const tree = new Subject()
    const data = Buffer.from('data')
    tree.apply({ type: 'create', path: '/a', data, mode: 'PERSISTENT' })
    data.fill(0)
    expect(tree.query({ type: 'getData', path: '/a' })).toMatchObject({ data: bytes('data') })
  })
})

describe('sequential nodes', () => {
  it('are numbered by the children ever created, of any kind; deletes do not count', () => {
    const tree = new Subject()
    tree.create('/p')
    expect(tree.next('/p/s-')).toBe('/p/s-0000000000')
    tree.delete('/p/s-0000000000')
    expect(tree.next('/p/s-')).toBe('/p/s-0000000001')
    tree.create('/p/other')
    expect(tree.next('/p/t-')).toBe('/p/t-0000000003')
    expect(tree.next('/p/')).toBe('/p/0000000004')
    expect(tree.next('/p/.')).toBe('/p/.0000000005')
    expect(tree.next('/p/..')).toBe('/p/..0000000006')
    expect(tree.next('/')).toBe('/0000000001')
    expect(tree.create('/x/s-', '', 'PERSISTENT_SEQUENTIAL')).toMatchObject(error('NONODE'))
    expect(tree.create('/p/\u0001', '', 'PERSISTENT_SEQUENTIAL')).toMatchObject(error('BADARGUMENTS'))
  })

  it('do not replace a node that has the number’s name', () => {
    const tree = new Subject()
    tree.create('/p')
    tree.create('/p/0000000001')
    expect(tree.create('/p/', '', 'PERSISTENT_SEQUENTIAL')).toMatchObject(error('NODEEXISTS'))
  })

  it('have ten digits, a sign among them, and wrap at 32 bits', () => {
    expect(sequentialSuffix(0)).toBe('0000000000')
    expect(sequentialSuffix(2147483647)).toBe('2147483647')
    expect(sequentialSuffix(-2147483648)).toBe('-2147483648')
    expect(sequentialSuffix(-5)).toBe('-000000005')
  })
})

describe('setData', () => {
  it('raises version, mzxid and mtime, and nothing else', () => {
    const tree = new Subject()
    tree.create('/a', '1')
    const before = tree.stat('/a')
    tree.time = 2000
    expect(tree.set('/a', '22')).toMatchObject({ type: 'setData', stat: { version: 1, dataLength: 2 } })
    expect(tree.stat('/a')).toEqual({
      ...before,
      mzxid: { epoch: 1, counter: 2 },
      mtime: 2000,
      version: 1,
      dataLength: 2,
    })
    expect(tree.shownChanges()).toEqual(['dataChanged /a'])
  })

  it('checks the path, the node, the version', () => {
    const tree = new Subject()
    tree.create('/a')
    expect(tree.set('/a/', '')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.set('', '')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.set('/b', '')).toMatchObject(error('NONODE'))
    expect(tree.set('/a', '', 1)).toMatchObject(error('BADVERSION'))
    expect(tree.set('/a', '', 0)).toMatchObject({ stat: { version: 1 } })
    expect(tree.set('/a', '', -2)).toMatchObject(error('BADVERSION'))
  })
})

describe('delete', () => {
  it('tells the watches of the node, then of its parent', () => {
    const tree = new Subject()
    tree.create('/a')
    expect(tree.delete('/a')).toEqual({ type: 'delete', zxid: { epoch: 1, counter: 2 } })
    expect(tree.shownChanges()).toEqual(['deleted /a', 'childrenChanged /'])
    expect(tree.query({ type: 'exists', path: '/a' })).toMatchObject(error('NONODE'))
  })

  it('checks the path, the parent, the node, the version, the children', () => {
    const tree = new Subject()
    tree.create('/a')
    tree.create('/a/b')
    expect(tree.delete('a')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.delete('/a/\0')).toMatchObject(error('BADARGUMENTS'))
    expect(tree.delete('/x/y')).toMatchObject(error('NONODE'))
    expect(tree.delete('/a/x')).toMatchObject(error('NONODE'))
    expect(tree.delete('/a/')).toMatchObject(error('NONODE'))
    expect(tree.delete('/a', 7)).toMatchObject(error('BADVERSION'))
    expect(tree.delete('/a')).toMatchObject(error('NOTEMPTY'))
    tree.delete('/a/b', 0)
    expect(tree.delete('/a', 0)).toMatchObject({ type: 'delete' })
  })

  it('begins the versions anew', () => {
    const tree = new Subject()
    tree.create('/a')
    tree.set('/a', '')
    tree.create('/a/b')
    tree.delete('/a/b')
    tree.delete('/a')
    tree.create('/a')
    expect(tree.stat('/a')).toMatchObject({ version: 0, cversion: 0, czxid: { epoch: 1, counter: 6 } })
  })
})

describe('stat', () => {
  it('counts creates and deletes of children in cversion, and notes them in pzxid', () => {
    const tree = new Subject()
    tree.create('/a')
    const seen = (): unknown[] => {
      const { cversion, numChildren, pzxid } = tree.stat('/a')
      return [cversion, numChildren, pzxid.counter]
    }
    expect(seen()).toEqual([0, 0, 1])
    tree.create('/a/b')
    expect(seen()).toEqual([1, 1, 2])
    tree.create('/a/c')
    expect(seen()).toEqual([2, 2, 3])
    tree.delete('/a/b')
    expect(seen()).toEqual([3, 1, 4])
    tree.set('/a', '')
    tree.set('/a/c', '')
    tree.create('/a/c/d')
    expect(seen()).toEqual([3, 1, 4])
    expect(tree.stat('/a')).toMatchObject({ czxid: { counter: 1 }, mzxid: { counter: 5 } })
  })
})

describe('zxid and time', () => {
  it('count every command within the running maximum of the epoch, refused ones too', () => {
    const tree = new Subject()
    const at = (epoch: number, time = 0) => tree.apply(create('/a') as never, context(epoch, time)).zxid
    expect(at(1)).toEqual({ epoch: 1, counter: 1 })
    expect(at(1)).toEqual({ epoch: 1, counter: 2 })
    expect(at(3)).toEqual({ epoch: 3, counter: 1 })
    expect(at(2)).toEqual({ epoch: 3, counter: 2 })
    expect(at(3)).toEqual({ epoch: 3, counter: 3 })
    expect(tree.query({ type: 'status' })).toEqual({
      type: 'status',
      zxid: { epoch: 3, counter: 3 },
      time: 0,
      nodes: 5,
    })
  })

  it('differ in the digest even if nothing else does', () => {
    const [left, right] = [new Subject(), new Subject()]
    left.delete('/none')
    expect(left.machine.digest()).not.toBe(right.machine.digest())
    right.delete('/none')
    expect(left.machine.digest()).toBe(right.machine.digest())
  })

  it('never go back: time is its running maximum, in whole milliseconds', () => {
    const tree = new Subject()
    const time = (given: number) => {
      tree.apply({ type: 'setData', path: '/', data: null, version: -1 }, context(1, given))
      return tree.stat('/').mtime
    }
    expect([time(500.7), time(400), time(Number.NaN), time(600)]).toEqual([500, 500, 500, 600])
  })

  it('are ordered by epoch, then counter, and shown as ZooKeeper shows them', () => {
    expect(compareZxid({ epoch: 1, counter: 9 }, { epoch: 2, counter: 1 })).toBeLessThan(0)
    expect(compareZxid({ epoch: 2, counter: 2 }, { epoch: 2, counter: 1 })).toBeGreaterThan(0)
    expect(formatZxid({ epoch: 5, counter: 0x1a })).toBe('0x50000001a')
    expect(formatZxid({ epoch: 0, counter: 0 })).toBe('0x0')
  })
})

describe('queries', () => {
  it('of a malformed path find nothing; only exists looks for a zero', () => {
    const tree = new Subject()
    tree.create('/a')
    for (const path of ['a', '/a/', '//', '/\0']) {
      expect(tree.query({ type: 'getData', path })).toMatchObject(error('NONODE'))
      expect(tree.query({ type: 'getChildren', path })).toMatchObject(error('NONODE'))
    }
    expect(tree.query({ type: 'exists', path: '/a/' })).toMatchObject(error('NONODE'))
    expect(tree.query({ type: 'exists', path: '/\0' })).toMatchObject(error('BADARGUMENTS'))
  })

  it('give children sorted, and the zxid of the last command', () => {
    const tree = new Subject()
    for (const name of ['c', 'a', 'b']) tree.create(`/${name}`)
    expect(tree.children('/')).toEqual(['a', 'b', 'c', 'zookeeper'])
    expect(tree.query({ type: 'getChildren', path: '/a' })).toMatchObject({
      zxid: { epoch: 1, counter: 3 },
      children: [],
      stat: { czxid: { counter: 2 } },
    })
  })
})

describe('multi', () => {
  it('carries out all operations under one zxid, later ones seeing earlier ones', () => {
    const tree = new Subject()
    const result = tree.apply(
      multi(
        create('/a'),
        { type: 'create', path: '/a/s-', data: bytes('x'), mode: 'PERSISTENT_SEQUENTIAL' },
        { type: 'check', path: '/a', version: 0 },
        { type: 'setData', path: '/a', data: bytes('yy'), version: 0 },
        { type: 'check', path: '/a', version: 1 },
        create('/a/t'),
        { type: 'delete', path: '/a/t', version: -1 },
        { type: 'create', path: '/a/s-', data: null, mode: 'PERSISTENT_SEQUENTIAL' },
      ),
    )
    const zxid = { epoch: 1, counter: 1 }
    expect(result).toMatchObject({
      type: 'multi',
      zxid,
      committed: true,
      results: [
        { type: 'create', path: '/a', stat: { numChildren: 0 } },
        { type: 'create', path: '/a/s-0000000000' },
        { type: 'check' },
        { type: 'setData', stat: { version: 1, dataLength: 2 } },
        { type: 'check' },
        { type: 'create', path: '/a/t' },
        { type: 'delete' },
        { type: 'create', path: '/a/s-0000000002' },
      ],
    })
    expect(tree.stat('/a')).toMatchObject({
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      cversion: 4,
      numChildren: 2,
    })
    expect(tree.shownChanges()).toEqual([
      'created /a',
      'childrenChanged /',
      'created /a/s-0000000000',
      'childrenChanged /a',
      'dataChanged /a',
      'created /a/t',
      'childrenChanged /a',
      'deleted /a/t',
      'childrenChanged /a',
      'created /a/s-0000000002',
      'childrenChanged /a',
    ])
  })

  it('does nothing if one fails: OK before it, its error, RUNTIMEINCONSISTENCY after it', () => {
    const tree = new Subject()
    tree.create('/a', '1')
    const before = tree.stat('/a')
    const result = tree.apply(
      multi(
        { type: 'setData', path: '/a', data: null, version: -1 },
        create('/a/b'),
        { type: 'delete', path: '/a', version: -1 },
        create('/c'),
      ),
    )
    expect(result).toMatchObject({
      type: 'multi',
      committed: false,
      results: [error('OK'), error('OK'), error('NOTEMPTY'), error('RUNTIMEINCONSISTENCY')],
    })
    expect(tree.changes).toEqual([])
    expect(tree.stat('/a')).toEqual(before)
    expect(tree.children('/')).toEqual(['a', 'zookeeper'])
    expect(tree.create('/a/s', '', 'PERSISTENT_SEQUENTIAL')).toMatchObject({ path: '/a/s0000000000' })
  })

  it('may be empty, may delete what it creates and create what it deletes', () => {
    const tree = new Subject()
    expect(tree.apply(multi())).toEqual({
      type: 'multi',
      zxid: { epoch: 1, counter: 1 },
      committed: true,
      results: [],
    })
    tree.create('/a', 'old')
    expect(
      tree.apply(multi({ type: 'delete', path: '/a', version: -1 }, create('/a'), create('/a/b'))),
    ).toMatchObject({
      committed: true,
    })
    expect(tree.stat('/a')).toMatchObject({ version: 0, numChildren: 1, dataLength: 0 })
    expect(
      tree.apply(multi(create('/x'), { type: 'delete', path: '/x', version: 0 }, create('/x/y'))),
    ).toMatchObject({
      committed: false,
      results: [error('OK'), error('OK'), error('NONODE')],
    })
    expect(tree.apply(multi({ type: 'check', path: '/a', version: 3 }))).toMatchObject({
      results: [error('BADVERSION')],
    })
    expect(tree.apply(multi({ type: 'check', path: '/a/', version: 0 }))).toMatchObject({
      results: [error('BADARGUMENTS')],
    })
  })
})

describe('paths', () => {
  it('are made of names between slashes, without control, surrogate, private and special characters', () => {
    for (const path of [
      '/',
      '/a',
      '/a/b',
      '/a.b',
      '/.a',
      '/...',
      '/a/..b',
      '/é',
      '/ ',
      '/\ud7ff',
      '/\uf900',
      '/\uffef',
    ]) {
      expect([path, isValidPath(path)]).toEqual([path, true])
    }
    const bad = ['', 'a', '/a/', '//', '/a//b', '/.', '/..', '/a/.', '/a/../b', '/./a', 'a/b']
    for (const path of bad) expect([path, isValidPath(path)]).toEqual([path, false])
    for (const unit of [0, 1, 0x1f, 0x7f, 0x9f, 0xd800, 0xf8ff, 0xfff0, 0xffff]) {
      expect([unit, isValidPath(`/a${String.fromCharCode(unit)}`)]).toEqual([unit, false])
    }
  })
})
