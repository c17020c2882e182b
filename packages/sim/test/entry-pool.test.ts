import { messageCodec } from '@quorate/codec'
import { type Entry, type Message, encodeEntry, makeEntry } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { EntryPool } from '../src/cluster/entry-pool.ts'

const shapes = { Append: ['entries'] } as const

function entry(index: number, value: number): Entry {
  return makeEntry(index, 1, 5, 'command', { replica: 1, sequence: index }, Uint8Array.of(value))
}

/** What a replica that shares `pool` reads of what another sends. */
function received(pool: EntryPool, ...entries: Entry[]): readonly Entry[] {
  const frame = messageCodec<Message>(shapes).encode([{ type: 'Append', entries } as Message], 1)
  const [message] = messageCodec<Message>(shapes, pool.read).decode(frame)
  return (message as unknown as { readonly entries: readonly Entry[] }).entries
}

describe('EntryPool', () => {
  it('gives the very entry that was logged for its bytes, and one for all who read it', () => {
    const pool = new EntryPool()
    const logged = entry(7, 1)
    pool.add(logged)
    const other = entry(8, 2)
    const [first, second] = received(pool, logged, other)
    expect(first).toBe(logged)
    expect(second).not.toBe(other)
    expect(received(pool, other)).toEqual([second])
    expect(received(pool, other)[0]).toBe(second)
  })

  it('does not take one entry for another at the same place', () => {
    const pool = new EntryPool()
    pool.add(entry(7, 1))
    for (const different of [entry(7, 2), entry(7 + 1024, 1), { ...entry(7, 1), epoch: 2 }]) {
      const [read] = received(pool, different)
      expect([...encodeEntry(read!)]).toEqual([...encodeEntry({ ...different, encoded: undefined })])
    }
  })

  it('refuses an entry that ends too early as any reader does', () => {
    const pool = new EntryPool()
    const logged = entry(7, 1)
    pool.add(logged)
    const frame = messageCodec<Message>(shapes).encode([{ type: 'Append', entries: [logged] } as Message], 1)
    expect(() => messageCodec<Message>(shapes, pool.read).decode(frame.slice(0, -1))).toThrow('cannot decode')
  })
})
