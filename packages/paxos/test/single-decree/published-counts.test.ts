import { exploreModel } from '@quorate/check'
import { describe, expect, it } from 'vitest'
import { VotingModel } from './voting-model.ts'

/** Of tlaplus/Examples: the manifests of Paxos and of PaxosHowToWinATuringAward. TLC counts a path's states, not its steps. */
describe('as many states as TLC counts in Paxos.tla, and as many generated', () => {
  it('MCPaxos: 1 acceptor, 2 ballots, 1 value', () => {
    const report = exploreModel(new VotingModel({ acceptors: 1, ballots: 2, values: ['v1'] }))
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct: 25, generated: 82 })
    expect(report.depth + 1).toBe(9)
  })

  it('MCPaxosTiny: 3 acceptors, 2 ballots, 2 values', () => {
    const report = exploreModel(new VotingModel({ acceptors: 3, ballots: 2, values: ['v1', 'v2'] }))
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct: 3_921, generated: 23_563 })
    expect(report.depth + 1).toBe(17)
  })
})
