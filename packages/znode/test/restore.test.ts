import { writeBytes, writeInt32, writeOptional, writeText } from '@quorate/codec'
import { ByteWriter } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes, codeOf, drain, Subject } from './support/harness.ts'

interface Node {
  readonly path: string
  readonly czxid?: number
  readonly mzxid?: number
  readonly pzxid?: number
  readonly ctime?: number
  readonly mtime?: number
  readonly version?: number
  readonly creates?: number
  readonly owner?: string
}

const reserved: readonly Node[] = ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config'].map(
  (path) => ({ path }),
)

/** A snapshot written by hand, at zxid {1, 9} and time 9. */
function crafted(nodes: readonly Node[], count: number = nodes.length): Uint8Array {
  const writer = new ByteWriter()
  writer.raw(bytes('QZNT')).u8(1).u64(1).u64(9).u64(9).u64(count)
  for (const node of nodes) {
    const {
      path,
      czxid = 1,
      mzxid = czxid,
      pzxid = czxid,
      ctime = 1,
      mtime = ctime,
      version = 0,
      creates = 0,
    } = node
    writeText(writer, path)
    writeOptional(writer, bytes('data'), writeBytes)
    for (const counter of [czxid, mzxid, pzxid]) writer.u64(1).u64(counter)
    writer.u64(ctime).u64(mtime)
    for (const number of [version, creates, 0]) writeInt32(writer, number)
    writeText(writer, node.owner ?? '0x0')
  }
  return writer.copy()
}

const restored = (...nodes: Node[]): Subject => {
  const subject = new Subject()
  subject.machine.restore([crafted([...reserved, ...nodes])])
  return subject
}
const outcome = (...nodes: Node[]) => codeOf(() => restored(...nodes))

describe('restore', () => {
  it('takes nodes in any order', () => {
    const subject = restored({ path: '/a/b' }, { path: '/a' })
    expect(subject.children('/a')).toEqual(['b'])
    expect(subject.query({ type: 'status' })).toMatchObject({
      zxid: { epoch: 1, counter: 9 },
      time: 9,
      nodes: 6,
    })
  })

  it('refuses what no tree can have written', () => {
    const bad: Record<string, readonly Node[]> = {
      'a node twice': [{ path: '/a' }, { path: '/a' }],
      'a path that is none': [{ path: '/a/' }],
      'an empty path': [{ path: '' }],
      'a node without a parent': [{ path: '/a/b' }],
      'a change before the create': [{ path: '/a', czxid: 5, mzxid: 4 }],
      'a child before the create': [{ path: '/a', czxid: 5, pzxid: 4 }],
      'a change after the snapshot': [{ path: '/a', mzxid: 10 }],
      'a child after the snapshot': [{ path: '/a', pzxid: 10 }],
      'a time before the create': [{ path: '/a', ctime: 5, mtime: 4 }],
      'a time after the snapshot': [{ path: '/a', mtime: 10 }],
      'a session id that is none': [{ path: '/a', owner: '0x00' }],
      'an ephemeral node with a child': [{ path: '/a', owner: '0x1' }, { path: '/a/b' }],
    }
    for (const [name, nodes] of Object.entries(bad))
      expect([name, outcome(...nodes)]).toEqual([name, 'DECODE'])
    expect(outcome({ path: '/a', owner: '0x10000000000ffff' })).toBe('none')
    for (const missing of reserved) {
      const others = reserved.filter((node) => node !== missing)
      expect(codeOf(() => new Subject().machine.restore([crafted(others)]))).toBe('DECODE')
    }
    expect(codeOf(() => new Subject().machine.restore([crafted(reserved, 5)]))).toBe('DECODE')
    expect(codeOf(() => new Subject().machine.restore([crafted(reserved, 3)]))).toBe('DECODE')
  })

  it('names a newer version, and refuses another kind of file', () => {
    const snapshot = crafted(reserved)
    const restoring = (change: readonly [number, number]) => {
      const changed = snapshot.slice()
      changed[change[0]] = change[1]
      return codeOf(() => new Subject().machine.restore([changed]))
    }
    expect(restoring([4, 2])).toBe('NEWER_VERSION')
    expect(restoring([0, 0])).toBe('DECODE')
    expect(codeOf(() => new Subject().machine.restore([]))).toBe('DECODE')
  })

  it('answers truncation, garbage and flipped bytes with DECODE or a state, and keeps the old state if it fails', () => {
    const subject = new Subject()
    for (const path of ['/a', '/a/b', '/a/b/c']) subject.create(path, 'data')
    subject.set('/a', null)
    const snapshot = Uint8Array.from(Buffer.concat(drain(subject.machine.snapshot())))
    const digest = subject.machine.digest()
    const outcomeOf = (given: Uint8Array) => {
      const code = codeOf(() => subject.machine.restore([given]))
      if (code !== 'none') expect(subject.machine.digest()).toBe(digest)
      else subject.machine.restore([snapshot])
      return code
    }
    for (let length = 0; length < snapshot.length; length++) {
      expect(outcomeOf(snapshot.subarray(0, length))).toBe('DECODE')
    }
    expect(outcomeOf(Uint8Array.of(...snapshot, 0))).toBe('DECODE')
    fc.assert(
      fc.property(fc.nat(snapshot.length - 1), fc.nat(255), (at, byte) => {
        const changed = snapshot.slice()
        changed[at] = byte
        expect(['DECODE', 'NEWER_VERSION', 'none']).toContain(outcomeOf(changed))
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
        expect(['DECODE', 'none']).toContain(outcomeOf(Uint8Array.of(...bytes('QZNT'), 1, ...rest)))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('counters at their 32-bit ends', () => {
  it('let a version go over -1, which would mean any', () => {
    const subject = restored({ path: '/a', version: 2147483647 }, { path: '/b', version: -2 })
    expect(subject.set('/a', '')).toMatchObject({ stat: { version: -2147483648 } })
    expect(subject.set('/b', '')).toMatchObject({ stat: { version: 0 } })
  })

  it('let sequential names and cversion wrap', () => {
    const subject = restored({ path: '/a', creates: 2147483647 })
    expect(subject.next('/a/s')).toBe('/a/s2147483647')
    expect(subject.next('/a/s')).toBe('/a/s-2147483648')
    expect(subject.next('/a/s')).toBe('/a/s-2147483647')
    expect(subject.stat('/a')).toMatchObject({ numChildren: 3, cversion: 1 })
  })
})

describe('a node that belongs to a session', () => {
  it('has no children', () => {
    const subject = restored({ path: '/a', owner: '0x1' })
    expect(subject.stat('/a')).toMatchObject({ ephemeralOwner: '0x1' })
    expect(subject.create('/a/b')).toMatchObject({ error: 'NOCHILDRENFOREPHEMERALS' })
  })
})
