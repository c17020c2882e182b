import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageCodec } from '@quorate/codec'
import { type StorageOperation, majorityOf, makeEntry, noBytes } from '@quorate/core'
import { type DurableLogStore, openLogStore } from '@quorate/replica'
import { nodeDisk } from '@quorate/runtime'
import { EngineCluster } from '@quorate/sim'
import { type ZabMessage, encodeHardState, zab } from '@quorate/zab'
import { type ZnodeCommand, type ZnodeResult, compareZxid, formatZxid, znode } from '@quorate/znode'
import { describe, expect, it } from 'vitest'

/** The engine's part of this is in `packages/zab/test/known-bugs/1277.test.ts`. */
describe.each([31, 32])('ZOOKEEPER-1277: across 2^%i', (bits) => {
  const before = 2 ** bits - 3

  /** Zab engines that have come so far; `onSent` sees what they say to one another. */
  function clusterFrom(onSent: (message: ZabMessage) => void): EngineCluster<ZabMessage> {
    const meta = { index: before, epoch: 1, membership: majorityOf([1, 2, 3]) }
    const cluster = new EngineCluster(zab(), 3)
    for (const node of cluster.nodes.values()) {
      cluster.crash(node.id)
      node.durable.apply({ type: 'installSnapshot', meta })
      const bytes = encodeHardState({ acceptedEpoch: 1, currentEpoch: 1 })
      node.durable.apply({ type: 'setHardState', bytes })
      node.stored = meta
    }
    for (const id of cluster.nodes.keys()) cluster.start(id)
    cluster.filter = ({ message }) => {
      onSent(message)
      return true
    }
    return cluster
  }

  it('messages are read as they were sent', () => {
    const codec = messageCodec<ZabMessage>(zab().shapes)
    let beyond = 0
    const cluster = clusterFrom((message) => {
      const frame = codec.encode([message], 1)
      const [read] = codec.decode(frame)
      if (message.type === 'PROPOSAL') {
        expect((read as typeof message).entries.map(numbers)).toEqual(message.entries.map(numbers))
      } else expect(read).toEqual(message)
      if ('index' in message && message.index >= 2 ** bits) beyond += 1
    })
    const leader = cluster.elect()
    for (let i = 0; i < 6; i++) cluster.propose(leader)
    cluster.settle()
    for (const { appliedIndex } of cluster.nodes.values()) expect(appliedIndex).toBe(2 ** bits + 3)
    expect(beyond).toBeGreaterThan(3)
  })

  function numbers({ index, epoch }: { readonly index: number; readonly epoch: number }): number[] {
    return [index, epoch]
  }

  it('a log on disk has them after it is opened again, and compacted', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-1277-'))
    try {
      const first = await openLog(directory)
      const meta = { index: before, epoch: 1, membership: majorityOf([1, 2, 3]) }
      const entries = [1, 2, 3, 4, 5, 6].map((i) =>
        makeEntry(before + i, 1, 0, 'command', undefined, noBytes),
      )
      await write(first.store, [{ type: 'installSnapshot', meta }])
      await write(first.store, [{ type: 'append', entries }])
      await write(first.store, [{ type: 'compactTo', meta: { ...meta, index: 2 ** bits } }])
      await first.close()
      const again = await openLog(directory)
      const { base, entries: kept } = again.store.image
      expect(base?.index).toBe(2 ** bits)
      expect(kept.map(({ index }) => index)).toEqual([1, 2, 3].map((i) => 2 ** bits + i))
      await again.close()
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('the znode machine counts on in its zxids, stats and snapshots', () => {
    const tree = znode().create()
    tree.restore([snapshotAt(before)])
    const results: ZnodeResult[] = []
    const { codecs } = znode()
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const command: ZnodeCommand = { type: 'create', path: `/${name}`, data: null, mode: 'PERSISTENT' }
      const context = { index: 1, epoch: 1, time: 0, request: undefined }
      const result = tree.apply(codecs.command.decode(codecs.command.encode(command)), context, [])
      expect(codecs.result.decode(codecs.result.encode(result))).toEqual(result)
      results.push(result)
    }
    const zxids = results.map(({ zxid }) => zxid)
    expect(zxids).toEqual([1, 2, 3, 4, 5].map((i) => ({ epoch: 1, counter: before + i })))
    for (const [i, zxid] of zxids.slice(1).entries()) expect(compareZxid(zxids[i]!, zxid)).toBeLessThan(0)
    expect(new Set(zxids.map(formatZxid)).size).toBe(5)
    const copy = znode().create()
    copy.restore(chunksOf(tree))
    expect(copy.digest()).toBe(tree.digest())
    expect(copy.query({ type: 'exists', path: '/e' })).toMatchObject({
      stat: { czxid: { epoch: 1, counter: 2 ** bits + 2 } },
    })
  })
})

it('ZOOKEEPER-1277: no zxid of an epoch is shown as one of another', () => {
  expect(formatZxid({ epoch: 1, counter: 2 ** 32 - 1 })).toBe('0x1ffffffff')
  expect(formatZxid({ epoch: 1, counter: 2 ** 32 + 1 })).not.toBe(formatZxid({ epoch: 17, counter: 1 }))
  expect(formatZxid({ epoch: 1, counter: 2 ** 32 + 1 })).not.toBe(formatZxid({ epoch: 2, counter: 1 }))
  expect(formatZxid({ epoch: 1, counter: 2 ** 32 + 1 })).toBe('0x1.100000001')
})

/** A fresh tree's snapshot, as if `counter` commands of epoch 1 had come before. */
function snapshotAt(counter: number): Uint8Array {
  const [bytes] = chunksOf(znode().create())
  const view = new DataView(bytes!.buffer, bytes!.byteOffset)
  const behindMagicAndVersion = 5
  view.setBigUint64(behindMagicAndVersion, 1n, true)
  view.setBigUint64(behindMagicAndVersion + 8, BigInt(counter), true)
  return bytes!
}

function chunksOf(tree: ReturnType<ReturnType<typeof znode>['create']>): Uint8Array[] {
  const source = tree.snapshot()
  const chunks: Uint8Array[] = []
  for (let chunk = source.next(); chunk !== undefined; chunk = source.next())
    chunks.push(Uint8Array.from(chunk))
  source.close()
  return chunks
}

interface OpenLog {
  readonly store: DurableLogStore
  close(): Promise<void>
}

function openLog(directory: string): Promise<OpenLog> {
  const identity = { cluster: 'c', engine: 'zab', machine: { name: 'znode', version: 1 }, node: 1 }
  const disk = nodeDisk(directory)
  return new Promise((resolve, reject) => {
    openLogStore(disk, identity, { preallocate: false }, (store, error) => {
      if (store === undefined) return reject(error!)
      resolve({ store, close: () => store.close().then(() => disk.close()) })
    })
  })
}

function write(store: DurableLogStore, operations: readonly StorageOperation[]): Promise<void> {
  return new Promise((resolve, reject) => {
    store.write(operations, true, (error) => (error === undefined ? resolve() : reject(error)))
  })
}
