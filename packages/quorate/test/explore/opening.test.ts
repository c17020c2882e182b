import { describe, expect, it } from 'vitest'
import { openingOf } from '../../src/explore/opening.ts'

const given = { options: {} }

describe('an opening', () => {
  it('is the moves of a script, on the engine that it names', () => {
    const opening = openingOf('replicas 5\nengine multi-paxos {window=2}\ntimeout 1\nwait 5ms', given)
    expect(opening).toMatchObject({ engine: 'multi-paxos', options: { window: 2 }, replicas: 5 })
    expect(opening.moves.map(({ type }) => type)).toEqual(['timeout', 'persist'])
  })

  it.each([
    ['observers 1\nelect', 'observers and spares are not explored'],
    ['spares 1\nelect', 'observers and spares are not explored'],
    [
      'engine multi-paxos\nelect 1\nreconfigure 1 voters 1 2',
      'changes of membership are not explored; take them out of the script',
    ],
    ['elect 1\ntransfer 1 to 2', 'transfers of leadership are not explored; take them out of the script'],
    [
      'elect 1\nclock 1 rate 0.5',
      'clocks that go at rates of their own are not explored; take them out of the script',
    ],
    ['elect 1\nexpect leader 2', 'explore: line 2 of the script'],
  ])('%s is refused', (script, problem) => {
    expect(() => openingOf(script, given)).toThrow(problem)
  })
})
