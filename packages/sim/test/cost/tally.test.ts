import { describe, expect, it } from 'vitest'
import { difference, sum, totalOf } from '../../src/cost/tally.ts'

describe('a tally', () => {
  it('differs from an earlier one by what happened in between', () => {
    const before = { messages: { Vote: 2, Append: 5 }, fsyncs: 3, timeouts: 1 }
    const after = { messages: { Vote: 2, Append: 9, Ack: 1 }, fsyncs: 7, timeouts: 1 }
    expect(difference(after, before)).toEqual({ messages: { Append: 4, Ack: 1 }, fsyncs: 4, timeouts: 0 })
  })

  it('adds up messages by type', () => {
    const messages = sum({ Append: 4 }, { Ack: 2, Append: 1 })
    expect(messages).toEqual({ Append: 5, Ack: 2 })
    expect(totalOf(messages)).toBe(7)
  })
})
