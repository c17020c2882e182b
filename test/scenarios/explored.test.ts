import { exploreEngine } from '@quorate/check'
import { raft, type UnsafeRaftRules } from '@quorate/raft'
import { runScenario, scenarioOfMoves } from '@quorate/scenario'
import { describe, expect, it } from 'vitest'
import { raftEngine } from './engines.ts'

// What the model checker finds is a scenario.

describe.each<keyof UnsafeRaftRules>(['persistNoVote', 'countSelfVoteBeforeDurable'])('%s', (rule) => {
  const options = { preVote: false, checkQuorum: false, unsafe: { [rule]: true } }
  const report = exploreEngine({
    engine: raft(options),
    replicas: 3,
    crashes: 1,
    timeouts: { election: 2 },
    symmetry: true,
    order: 'bfs',
  })

  it('is found, and its counterexample runs as a script', () => {
    const { counterexample } = report
    expect(counterexample?.invariant).toBe('election-safety')
    const { moves, message } = counterexample!
    const header = { engine: 'raft', options, replicas: 3, remarks: [message], violates: 'election-safety' }
    const engine = { ...raftEngine, options: [...raftEngine.options!, 'unsafe.*'] }
    const result = runScenario(scenarioOfMoves(moves, header), { engine })
    expect(result.failures, result.transcript.join('\n')).toEqual([])
    expect(result.moves).toEqual(moves)
    const sound = scenarioOfMoves(moves, { ...header, options: { preVote: false, checkQuorum: false } })
    expect(runScenario(sound, { engine }).violations).toEqual([])
  })
})
