import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../src/index.ts'
import { orderBreach, primariesOf } from '../src/run/primary-order.ts'

let sequence = 0
function event(node: number, kind: object): RunEvent {
  return { sequence: sequence++, time: 0, step: 0, node, ...kind } as RunEvent
}
const leads = (node: number, epoch: number): RunEvent =>
  event(node, { type: 'role', role: 'leader', phase: 'x', epoch, leader: node, isEstablished: true })
const follows = (node: number): RunEvent =>
  event(node, {
    type: 'role',
    role: 'follower',
    phase: 'x',
    epoch: 1,
    leader: undefined,
    isEstablished: false,
  })
const proposed = (node: number, text: string): RunEvent =>
  event(node, { type: 'proposed', request: text, text })

describe('primary order', () => {
  const primaries = primariesOf([
    leads(3, 1),
    proposed(3, 'a'),
    proposed(3, 'b'),
    leads(2, 2),
    proposed(2, 'c'),
  ])

  it('is what one leader was asked for, in its order', () => {
    expect(
      primaries.map(({ node, epoch, commands }) => [node, epoch, commands.map(({ text }) => text)]),
    ).toEqual([
      [3, 1, ['a', 'b']],
      [2, 2, ['c']],
    ])
  })

  it.each([
    [['a', 'b', 'c'], undefined],
    [['a', 'c'], undefined],
    [['c'], undefined],
    [[], undefined],
    [['c', 'a', 'b'], undefined], // each primary for itself
    [['c', 'b'], { earlier: 'a', later: 'b' }],
    [['b', 'a'], { earlier: 'a', later: 'b' }],
  ])('%j', (applied, breach) => {
    const found = orderBreach(primaries, applied)
    expect(found && { earlier: found.earlier, later: found.later }).toEqual(breach)
  })

  it('does not look at what was asked of others, of a leader before or after, or was refused', () => {
    const rejected = { status: 'rejected', reason: 'overloaded', outcome: 'definitely-not' }
    const events = [
      proposed(1, 'forwarded'),
      leads(3, 1),
      proposed(3, 'refused'),
      event(3, { type: 'answered', request: 'refused', answer: rejected }),
      proposed(3, 'a'),
      follows(3),
      proposed(3, 'later'),
      leads(3, 5),
      event(3, { type: 'crashed', kept: 0, lost: 0 }),
      proposed(3, 'down'),
    ]
    const texts = primariesOf(events).map(({ commands }) => commands.map(({ text }) => text))
    expect(texts).toEqual([['a'], []])
  })
})
