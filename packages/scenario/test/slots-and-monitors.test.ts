import { type Entry, type Persist, makeEntry, noBytes } from '@quorate/core'
import { expect, it } from 'vitest'
import { parseScenario, scenarioOfMoves } from '../src/index.ts'
import { writeView } from '../src/run/views.ts'

function entries(...indexes: readonly number[]): Entry[] {
  return indexes.map((index) => makeEntry(index, 1, 0, 'noop', undefined, noBytes))
}

it('a write of slots is told by where they lie, neighbours together', () => {
  const view = (...indexes: readonly number[]): readonly string[] => {
    const persist: Persist = {
      token: { epoch: 1, sequence: 1 },
      operations: [{ type: 'accept', ballot: { round: 1, node: 1 }, entries: entries(...indexes) }],
      sync: true,
    }
    return writeView(persist).operations
  }
  expect([view(4), view(3, 4, 5, 8, 10, 11)]).toEqual([['accept 4'], ['accept 3..5,8,10..11']])
})

it.each(['agreement', 'paxos A4'])(
  'a script of moves expects a violation of %s, and can be read',
  (violates) => {
    const script = scenarioOfMoves([{ type: 'crash', node: 1 }], { engine: 'raft', replicas: 3, violates })
    const { act } = parseScenario(script).statements.at(-1)!
    expect(act).toMatchObject({ verb: 'expect', condition: { what: 'violation', invariant: violates } })
  },
)
