import { describe, expect, it } from 'vitest'
import {
  type ProposerTurn,
  type RegisterChange,
  casPaxosRules,
  changeRegister,
  receiveAccepted,
  receivePromise,
  receiveRefused,
  startProposer,
  submit,
} from '../../src/cas/index.ts'
import type { Accepted, Promised, Proposal } from '../../src/single-decree/index.ts'

const rules = casPaxosRules({ type: 'majority', voters: [1, 2, 3] }, changeRegister)
const ballot = { round: 1, proposer: 1 }
const promise = (from: number, accepted?: Proposal): Promised => ({ type: 'promise', from, ballot, accepted })
const accepted = (from: number, value: string): Accepted => ({ type: 'accepted', from, ballot, value })

/** A proposer whose change is on its way to the acceptors. */
function afterPromises(
  change: RegisterChange,
  ...promises: readonly Promised[]
): ProposerTurn<RegisterChange> {
  let turn = submit<RegisterChange>(rules, startProposer(1), change)
  expect(turn).toMatchObject({ persist: { round: 1 }, send: [{ type: 'prepare', ballot }] })
  for (const one of promises) turn = receivePromise(rules, turn.state, one)
  return turn
}

describe('a change', () => {
  it('of an empty register: applied to nothing, accepted, answered', () => {
    const turn = afterPromises({ op: 'cas', from: null, to: 'A' }, promise(1), promise(3))
    expect(turn.send).toEqual([{ type: 'accept', ballot, value: 'A' }])
    const one = receiveAccepted(rules, turn.state, accepted(1, 'A'))
    expect(one.answer).toBeUndefined()
    expect(receiveAccepted(rules, one.state, accepted(1, 'A')).answer).toBeUndefined()
    const two = receiveAccepted(rules, one.state, accepted(2, 'A'))
    expect(two.answer).toEqual({ type: 'done', before: null, value: 'A' })
    expect(two.state.attempt).toBeUndefined()
  })

  it('is made to the state of the highest ballot that a quorum reports', () => {
    const older = { ballot: { round: 1, proposer: -1 }, value: 'X' }
    const newer = { ballot: { round: 1, proposer: 0 }, value: 'Y' }
    const turn = afterPromises({ op: 'cas', from: 'Y', to: 'Z' }, promise(2, newer), promise(3, older))
    expect(turn.send).toEqual([{ type: 'accept', ballot, value: 'Z' }])
  })

  it('that is a read writes what it has read again', () => {
    const turn = afterPromises(
      { op: 'read' },
      promise(2, { ballot: { round: 1, proposer: 0 }, value: 'Y' }),
      promise(3),
    )
    expect(turn.send).toEqual([{ type: 'accept', ballot, value: 'Y' }])
  })

  it('in conflict before it was sent out is not made; after that nobody knows', () => {
    const refused = { type: 'refused', from: 3, ballot, promised: { round: 7, proposer: 2 } } as const
    const early = afterPromises({ op: 'read' }, promise(1))
    const conflict = receiveRefused(early.state, refused)
    expect(conflict.answer).toEqual({ type: 'conflict' })
    expect(submit(rules, conflict.state, { op: 'read' }).send).toEqual([
      { type: 'prepare', ballot: { round: 8, proposer: 1 } },
    ])
    const late = afterPromises({ op: 'read' }, promise(1), promise(2))
    expect(receiveRefused(late.state, refused).answer).toEqual({ type: 'unknown' })
  })
})

it.each<[RegisterChange, string | null, string | null]>([
  [{ op: 'read' }, 'A', 'A'],
  [{ op: 'write', value: 'B' }, 'A', 'B'],
  [{ op: 'cas', from: 'A', to: 'B' }, 'A', 'B'],
  [{ op: 'cas', from: 'C', to: 'B' }, 'A', 'A'],
  [{ op: 'cas', from: null, to: 'B' }, null, 'B'],
])('%j makes of %s: %s', (change, before, after) => {
  expect(changeRegister(before, change)).toBe(after)
})
