import { type ScenarioEngine, runScenario } from '@quorate/scenario'
import { describe, expect, it } from 'vitest'
import { multiPaxosEngine, raftEngine } from './engines.ts'

/** Milliseconds after a leader's last heartbeat at which others try to depose it, and it is asked for a read by lease. */
const moments = Array.from({ length: 18 }, (_, i) => 265 + 5 * i)

/** At which of these moments the read misses what another leader has decided, if clocks go at these rates. */
function staleAt(engine: ScenarioEngine, leader: number, voters: number): readonly number[] {
  return moments.filter((moment) => {
    const { failures, violations } = runScenario(scriptOf(leader, voters, moment), { engine })
    expect(failures.filter(({ message }) => !message.startsWith('fresh-reads'))).toEqual([])
    return violations.length > 0
  })
}

function scriptOf(leader: number, voters: number, moment: number): string {
  return [
    'engine raft {leaseDuration=300 clockDrift=0.05}',
    'engine multi-paxos {leaseDuration=300 clockDrift=0.05}',
    'elect 1\npropose 1 "old"\nrun 100ms',
    ...(leader === 1 ? [] : [`clock 1 rate ${leader}`]),
    ...(voters === 1 ? [] : [`clock 2,3 rate ${voters}`]),
    'run 500ms\ntimeout 1 heartbeat\nsettle\ncut 1 -> 2,3\ncut 2,3 -> 1',
    `wait ${moment}ms`,
    'timeout 3 election\ntimeout 2 election\ntimeout 2 election\nsettle',
    'propose 2 "new"\nsettle\nread 1 lease',
  ].join('\n')
}

describe.each([raftEngine, multiPaxosEngine])('leases of $name, with a drift of 5% allowed for', (engine) => {
  it.each([0.95, 1, 1.05].flatMap((leader) => [0.95, 1, 1.05].map((voters) => [leader, voters] as const)))(
    'hold where the leader’s clock goes at %d and the others’ at %d',
    (leader, voters) => {
      expect(staleAt(engine, leader, voters)).toEqual([])
    },
  )

  // The leader counts on 271.4 ms of its own clock, the others wait for 300 ms of theirs.
  it.each([
    [0.9, 1.05, [290, 295, 300]],
    [0.8, 1, [300, 305, 310, 315, 320, 325, 330, 335]],
    [1, 1.2, [265, 270]],
    [0.9, 1, [300]],
    [0.95, 1.1, [275, 280, 285]],
  ] as const)('do not where it goes at %d and the others’ at %d', (leader, voters, moments) => {
    expect(staleAt(engine, leader, voters)).toEqual(moments)
  })
})
