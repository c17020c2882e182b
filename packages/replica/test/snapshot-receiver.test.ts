import { type NodeId, type SnapshotMeta, crc32 } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { SnapshotReceiver } from '../src/snapshots/snapshot-receiver.ts'
import { decodeTransfer } from '../src/snapshots/transfer-frames.ts'
import { ScriptedSnapshotStore } from './support/scripted-snapshot-store.ts'
import { content, metaOf } from './support/transfer-lab.ts'

const bytes = content(40)

/** A receiver, and what it answers: `1: 5.10` has 10 bytes of transfer 5 of replica 1, `!` all of them, `x` none. */
class ReceiverFixture {
  readonly store = new ScriptedSnapshotStore()
  readonly told: string[] = []
  readonly receiver = new SnapshotReceiver(this.store, {
    send: (peer, encoded) => {
      const frame = decodeTransfer(encoded)
      if (frame.type === 'refuse') this.told.push(`${peer}: ${frame.transfer}x`)
      else if (frame.type === 'progress') {
        this.told.push(`${peer}: ${frame.transfer}.${frame.offset}${frame.complete ? '!' : ''}`)
      }
    },
    received: (peer, message, meta) =>
      this.told.push(`received ${meta.index} of ${peer} with ${message.join()}`),
    storageFailed: ({ message }) => this.told.push(message),
  })

  offer(peer: NodeId, transfer: number, meta: SnapshotMeta = metaOf(7), size: number = bytes.length): this {
    const message = Uint8Array.of(transfer)
    this.receiver.onFrame(peer, { type: 'offer', transfer, meta, size, message })
    message.fill(0) // a view of a frame, which the transport may have more of
    return this
  }

  piece(peer: NodeId, transfer: number, from: number, to: number, damage = 0): this {
    const part = bytes.slice(from, to)
    const checksum = (crc32(part) ^ damage) >>> 0
    this.receiver.onFrame(peer, { type: 'piece', transfer, offset: from, checksum, bytes: part })
    return this
  }

  /** What it has said since it was last asked. */
  get heard(): string[] {
    return this.told.splice(0)
  }
}

describe('SnapshotReceiver', () => {
  it('answers each frame with what it holds, and the last with the end', () => {
    const fixture = new ReceiverFixture().offer(1, 5).piece(1, 5, 0, 10).piece(1, 5, 10, 40)
    expect(fixture.heard).toEqual(['1: 5.0', '1: 5.10', '1: 5.40!', 'received 7 of 1 with 5'])
    expect(fixture.store.bytesOf(metaOf(7))).toEqual(bytes)
  })

  it('takes no piece that is damaged, repeated, ahead, or too long (S14)', () => {
    const fixture = new ReceiverFixture().offer(1, 5).piece(1, 5, 0, 10)
    expect(fixture.heard).toEqual(['1: 5.0', '1: 5.10'])
    fixture.piece(1, 5, 10, 20, 1).piece(1, 5, 0, 10).piece(1, 5, 20, 30)
    const long = new Uint8Array(31)
    fixture.receiver.onFrame(1, {
      type: 'piece',
      transfer: 5,
      offset: 10,
      checksum: crc32(long),
      bytes: long,
    })
    expect(fixture.heard).toEqual([])
    fixture.offer(1, 5).piece(1, 5, 10, 40)
    expect(fixture.heard).toEqual(['1: 5.10', '1: 5.40!', 'received 7 of 1 with 5'])
    expect(fixture.store.bytesOf(metaOf(7))).toEqual(bytes)
  })

  it('refuses pieces of a transfer that it does not know', () => {
    const fixture = new ReceiverFixture().piece(1, 5, 0, 10)
    expect(fixture.heard).toEqual(['1: 5x'])
    fixture.offer(1, 5).piece(2, 5, 0, 10).piece(1, 4, 0, 10)
    expect(fixture.heard).toEqual(['1: 5.0', '2: 5x', '1: 4x'])
  })

  it('says again that it is whole, to a sender that has not heard, and tells the engine once', () => {
    const fixture = new ReceiverFixture().offer(1, 5).piece(1, 5, 0, 40)
    expect(fixture.heard).toEqual(['1: 5.0', '1: 5.40!', 'received 7 of 1 with 5'])
    fixture.piece(1, 5, 0, 40).offer(1, 5).offer(1, 5)
    expect(fixture.heard).toEqual(['1: 5.40!', '1: 5.40!'])
    expect(fixture.store.created).toBe(1)
  })

  it('takes the same number of another sender for another transfer', () => {
    const fixture = new ReceiverFixture().offer(1, 5).piece(1, 5, 0, 40)
    expect(fixture.heard).toHaveLength(3)
    fixture.piece(2, 5, 0, 40).offer(2, 5)
    expect(fixture.heard).toEqual(['2: 5x', '2: 5.0'])
  })

  it('takes a whole snapshot again if it has been replaced by a newer one meanwhile', () => {
    const fixture = new ReceiverFixture().offer(1, 5).piece(1, 5, 0, 40)
    fixture.store.put(metaOf(9), bytes).prune(metaOf(9))
    expect(fixture.heard).toHaveLength(3)
    fixture.offer(1, 5)
    expect(fixture.heard).toEqual(['1: 5.40!'])
    fixture.offer(1, 6)
    expect(fixture.heard).toEqual(['1: 6.0'])
  })

  it('gives up what is under way for a new offer, and tells its sender', () => {
    const fixture = new ReceiverFixture().offer(1, 5).piece(1, 5, 0, 10).offer(1, 6, metaOf(8))
    expect(fixture.heard).toEqual(['1: 5.0', '1: 5.10', '1: 5x', '1: 6.0'])
    fixture.offer(2, 5, metaOf(8))
    expect(fixture.heard).toEqual(['1: 6x', '2: 5.0'])
    expect(fixture.store.writersAborted).toBe(2)
    fixture.offer(2, 6, metaOf(8, 2)).offer(2, 7, metaOf(8, 2), 41)
    expect(fixture.store.writersAborted).toBe(4)
  })

  it('waits for a write before it does so, and keeps the last offer', () => {
    const fixture = new ReceiverFixture()
    fixture.store.isSlow = true
    fixture.offer(1, 5).piece(1, 5, 0, 10).offer(2, 1, metaOf(8)).offer(3, 1, metaOf(9)).offer(1, 5)
    expect(fixture.heard).toEqual(['1: 5.0', '1: 5.10'])
    fixture.store.complete()
    expect(fixture.heard).toEqual(['1: 5x', '3: 1.0'])
  })

  it('makes a snapshot whole that is being made durable, whatever else is offered', () => {
    const fixture = new ReceiverFixture()
    fixture.store.isSlow = true
    fixture.offer(1, 5).piece(1, 5, 0, 40)
    fixture.store.complete()
    fixture.offer(2, 1, metaOf(8))
    expect(fixture.heard).toEqual(['1: 5.0'])
    fixture.store.complete()
    expect(fixture.heard).toEqual(['1: 5.40!', 'received 7 of 1 with 5', '2: 1.0'])
  })

  it('gives the message of the last offer', () => {
    const fixture = new ReceiverFixture()
    fixture.store.isSlow = true
    fixture.offer(1, 5).piece(1, 5, 0, 40)
    fixture.store.complete()
    fixture.offer(1, 6)
    fixture.store.complete()
    expect(fixture.heard).toEqual(['1: 5.0', '1: 6.40', '1: 6.40!', 'received 7 of 1 with 6'])
  })

  it('holds a bounded number of pieces while the disk is slow', () => {
    const fixture = new ReceiverFixture()
    fixture.store.isSlow = true
    fixture.offer(1, 5)
    for (let i = 0; i < 40; i++) fixture.piece(1, 5, i, i + 1)
    fixture.heard.length = 0
    fixture.offer(1, 5)
    expect(fixture.heard).toEqual(['1: 5.17'])
    while (fixture.store.waiting.length > 0) fixture.store.complete()
    expect(fixture.heard.at(-1)).toBe('1: 5.17')
  })

  it('takes an empty snapshot', () => {
    const fixture = new ReceiverFixture().offer(1, 5, metaOf(7), 0)
    expect(fixture.heard).toEqual(['1: 5.0!', 'received 7 of 1 with 5'])
    expect(fixture.store.list).toEqual([metaOf(7)])
  })

  it.each(['write', 'commit'] as const)('tells of a disk that fails to %s', (kind) => {
    const fixture = new ReceiverFixture().offer(1, 5)
    fixture.store.failures.set(kind, new Error('the disk is full'))
    fixture.piece(1, 5, 0, 40)
    expect(fixture.heard).toEqual(['1: 5.0', 'the disk is full'])
    expect(fixture.store.list).toEqual([])
  })

  it('gives up when it is stopped, and is silent from then on', () => {
    for (const writes of [0, 1]) {
      const fixture = new ReceiverFixture()
      fixture.store.isSlow = true
      fixture.offer(1, 5).piece(1, 5, 0, 40).offer(2, 1, metaOf(8))
      for (let i = 0; i < writes; i++) fixture.store.complete()
      expect(fixture.heard).toEqual(['1: 5.0'])
      fixture.receiver.stop()
      while (fixture.store.waiting.length > 0) fixture.store.complete()
      expect([fixture.heard, fixture.store.list, fixture.store.writersAborted]).toEqual([[], [], 1])
    }
  })
})
