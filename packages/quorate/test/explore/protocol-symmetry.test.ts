import { describe, expect, it } from 'vitest'
import { bitsOf, hasBit, withBits } from '../../src/explore/protocols/bit-set.ts'
import { permutations, renameAcceptors } from '../../src/explore/protocols/symmetry.ts'

const exchange = (id: number): number => 4 - id

describe('acceptors renamed', () => {
  it('in messages and in what proposers have heard', () => {
    const promise = { type: 'promise', from: 1, ballot: { round: 1, proposer: 1 } }
    expect(renameAcceptors(promise, exchange)).toEqual({ ...promise, from: 3 })
    const memory = { proposer: { id: 1, attempt: { promisedBy: [1, 2] } } }
    expect(renameAcceptors(memory, exchange)).toEqual({
      proposer: { id: 1, attempt: { promisedBy: [2, 3] } },
    })
    const answers = [{ from: 1, vote: { round: 1, value: 'A' } }, { from: 2 }]
    expect(renameAcceptors({ answers }, exchange)).toEqual({
      answers: [{ from: 2 }, { from: 3, vote: { round: 1, value: 'A' } }],
    })
  })

  it('the value that a compare-and-set expects is no acceptor, though its field is called from', () => {
    const memory = { attempt: { change: { op: 'cas', from: null, to: 'A' }, acceptedBy: [1] } }
    expect(renameAcceptors(memory, exchange)).toEqual({
      attempt: { change: { op: 'cas', from: null, to: 'A' }, acceptedBy: [3] },
    })
  })

  it('permutations are all there, the identity first', () => {
    const all = permutations(4)
    expect(all[0]).toEqual([1, 2, 3, 4])
    expect(new Set(all.map(String)).size).toBe(24)
    for (const ids of all) expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
  })
})

describe('a set of bits', () => {
  it('holds what was put in, in words of 32', () => {
    const set = withBits([], [0, 31, 32, 70])
    expect(bitsOf(set)).toEqual([0, 31, 32, 70])
    expect(set).toHaveLength(3)
    expect([31, 33, 200].map((bit) => hasBit(set, bit))).toEqual([true, false, false])
  })

  it('is itself if nothing is new', () => {
    const set = withBits([], [3])
    expect(withBits(set, [3])).toBe(set)
  })
})
