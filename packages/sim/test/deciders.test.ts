import {
  type Entry,
  type LogIndex,
  type Membership,
  type NodeId,
  encodeMembership,
  majorityOf,
  makeEntry,
  votersOf,
} from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { Deciders } from '../src/faults/deciders.ts'
import { quorumsOfAll } from '../src/run/choose-core.ts'

const first = majorityOf([1, 2, 3])
const next = majorityOf([3, 4, 5])

/** The deciders of a cluster that begins with `first`, and how far each replica's disk is. */
function decidersOf(): { deciders: Deciders; disks: Map<NodeId, LogIndex> } {
  const disks = new Map<NodeId, LogIndex>()
  const holds = (node: NodeId, index: LogIndex): boolean => (disks.get(node) ?? 0) >= index
  return { deciders: new Deciders(first, holds), disks }
}

function changeAt(index: LogIndex, membership: Membership): Entry {
  return makeEntry(index, 1, 0, 'membership', undefined, encodeMembership(membership))
}

function votersAt({ decidedOnes }: Deciders): unknown {
  return decidedOnes.map(votersOf)
}

describe('the memberships that need a quorum', () => {
  it('are the first one, as long as nothing is changed', () => {
    const { deciders } = decidersOf()
    deciders.decided(makeEntry(1, 1, 0, 'noop', undefined, new Uint8Array()))
    expect(votersAt(deciders)).toEqual([[1, 2, 3]])
  })

  it('are the old one, too, until a quorum of the new one has all that the old one decided', () => {
    const { deciders, disks } = decidersOf()
    deciders.decided(changeAt(4, { ...first, pending: [{ from: 9, membership: next }] }))
    const both = [
      [1, 2, 3],
      [3, 4, 5],
    ]
    expect(votersAt(deciders)).toEqual(both)
    for (const id of [1, 2, 3]) disks.set(id, 8)
    disks.set(4, 7)
    expect(votersAt(deciders)).toEqual(both)
    disks.set(4, 8)
    expect(votersAt(deciders)).toEqual([[3, 4, 5]])
    // Whoever has it may lose it again: it is for the atlas to see to it that a quorum is left that meets this one.
    disks.clear()
    expect(votersAt(deciders)).toEqual([[3, 4, 5]])
  })

  it('are all in between, if changes follow each other faster than new members learn', () => {
    const { deciders, disks } = decidersOf()
    deciders.decided(changeAt(1, next))
    deciders.decided(changeAt(2, majorityOf([5])))
    expect(votersAt(deciders)).toEqual([[1, 2, 3], [3, 4, 5], [5]])
    for (const id of [3, 4]) disks.set(id, 1)
    expect(votersAt(deciders)).toEqual([[3, 4, 5], [5]])
    disks.set(5, 2)
    expect(votersAt(deciders)).toEqual([[5]])
  })

  it('are not changed by an entry that comes to nothing', () => {
    const { deciders } = decidersOf()
    deciders.decided(changeAt(4, { ...next, pending: [{ from: 9, membership: majorityOf([5]) }] }))
    expect(votersAt(deciders)).toEqual([[1, 2, 3]])
  })

  it('are also those that were asked for, until it is known what became of that', () => {
    const { deciders } = decidersOf()
    deciders.asked(next)
    expect(deciders.all).toEqual([first, next])
    expect(deciders.decidedOnes).toEqual([first])
    deciders.answered(next)
    expect(deciders.all).toEqual([first])
  })

  it('have quorums of all of them at once', () => {
    expect(quorumsOfAll([first])).toEqual(first.quorums)
    expect(quorumsOfAll([first, next])).toEqual({ type: 'joint', old: first.quorums, next: next.quorums })
  })
})
