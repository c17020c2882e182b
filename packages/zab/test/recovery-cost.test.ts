import type { MessageCounts, NodeId } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { type ZabOptions, zab } from '../src/index.ts'
import { Ensemble } from './support/ensemble.ts'

// What an election and a recovery cost: `cost.ts`, for histories that differ. The row of Zab in
// compare-teach-verify.md, section 2.2: 3(n − 1) messages of discovery, a DIFF, TRUNC or SNAP and 3(n − 1) messages of
// synchronization, and two syncs a replica. `packages/quorate/test/model` counts those that are equal.

/** Counts what is sent, by type, and the persists of each replica, while `recover` runs. */
class Counted extends Ensemble {
  private readonly counts: { messages: Record<string, number>; persists: Map<NodeId, number> }

  constructor(size: number, options: ZabOptions = {}) {
    const messages: Record<string, number> = {}
    const persists = new Map<NodeId, number>()
    super(size, options, {
      onEvent: (event) => {
        if (event.type === 'durable') persists.set(event.node, (persists.get(event.node) ?? 0) + 1)
        if (event.type !== 'sent') return
        const { type } = event.flight.message
        messages[type] = (messages[type] ?? 0) + 1
      },
    })
    this.counts = { messages, persists }
  }

  /** What it takes until all that run follow one leader. Without votes and pings, which are not fixed. */
  recovery(): { leader: NodeId; messages: MessageCounts; persists: number[] } {
    const before = structuredClone(this.counts)
    const up = [...this.nodes.keys()].filter((id) => this.node(id).running)
    const isOver = (): boolean => up.every((id) => this.observe(id).phase === 'BROADCAST')
    expect(this.run(2000, isOver)).toBe(true)
    this.settle()
    const messages = Object.fromEntries(
      Object.entries(this.counts.messages)
        .map(([type, count]): [string, number] => [type, count - (before.messages[type] ?? 0)])
        .filter(([type, count]) => count > 0 && !unfixed.includes(type)),
    )
    const persists = up.map((id) => (this.counts.persists.get(id) ?? 0) - (before.persists.get(id) ?? 0))
    return { leader: up.find((id) => this.observe(id).established)!, messages, persists }
  }
}

const { cost } = zab()
const unfixed = [...cost.election.unfixed, ...cost.periodic]
const sizes = [3, 5, 7]

/** The prediction for so many followers that only need a DIFF of nothing. */
function equalHistories(followers: number): MessageCounts {
  return cost.election.messages(followers + 1)
}

/** Two syncs: acceptedEpoch, then currentEpoch with the history. */
function twoEach(replicas: number): number[] {
  return Array.from({ length: replicas }, () => 2)
}

/** Cuts the highest voter off, and elects and kills the others' leader, so that everybody meets again in an election. */
function allMeet(ensemble: Ensemble, away: NodeId): void {
  const leader = [...ensemble.nodes.keys()].find(
    (id) => ensemble.node(id).running && id !== away && ensemble.observe(id).established,
  )
  ensemble.rejoin(away)
  if (leader !== undefined)
    for (const id of ensemble.nodes.keys()) if (id !== leader) ensemble.resetLink(id, leader)
}

describe('an election costs what the model says', () => {
  test.each(sizes)('%i voters, at the start, and after the leader’s end without it', (voters) => {
    const ensemble = new Counted(voters)
    expect(ensemble.recovery()).toEqual({
      leader: voters,
      messages: equalHistories(voters - 1),
      persists: twoEach(voters),
    })
    ensemble.crash(voters)
    expect(ensemble.recovery()).toEqual({
      leader: voters - 1,
      messages: equalHistories(voters - 2),
      persists: twoEach(voters - 1),
    })
  })
})

describe('a recovery costs', () => {
  test.each(sizes)(
    '%i voters, of which one lacks entries: a PROPOSAL and a RECEIVED behind its DIFF',
    (voters) => {
      const ensemble = new Counted(voters)
      ensemble.recovery()
      ensemble.isolate(1)
      for (const text of 'abc') ensemble.propose(voters, text)
      ensemble.settle()
      allMeet(ensemble, 1)
      const { messages, persists } = ensemble.recovery()
      expect(messages).toEqual({ ...equalHistories(voters - 1), PROPOSAL: 1, RECEIVED: 1 })
      expect(persists).toEqual(twoEach(voters))
      expect(ensemble.applied(1)).toEqual(['a', 'b', 'c'])
    },
  )

  test.each(sizes)('%i voters, of which one has to drop entries: a TRUNC for its DIFF', (voters) => {
    const ensemble = new Counted(voters)
    ensemble.recovery()
    ensemble.filter = ({ message }) => message.type !== 'PROPOSAL'
    for (const text of 'abc') ensemble.propose(voters, text) // only its own disk has them
    ensemble.filter = () => true
    ensemble.isolate(voters)
    expect(ensemble.run(2000, () => ensemble.observe(voters - 1).established)).toBe(true)
    ensemble.settle()
    allMeet(ensemble, voters)
    const { messages, persists } = ensemble.recovery()
    const equal = equalHistories(voters - 1)
    expect(messages).toEqual({ ...equal, DIFF: equal['DIFF']! - 1, TRUNC: 1 })
    expect(persists).toEqual(twoEach(voters))
    expect(ensemble.log(voters)).toEqual([])
  })

  test.each(sizes)('%i voters, of which one is too far behind: a SNAP, and a RECEIVED', (voters) => {
    const ensemble = new Counted(voters, { compactionTail: 0 })
    ensemble.recovery()
    ensemble.isolate(1)
    for (const text of 'abc') ensemble.propose(voters, text)
    ensemble.settle()
    for (const id of ensemble.nodes.keys()) if (id !== 1) ensemble.buildSnapshot(id)
    allMeet(ensemble, 1)
    const { messages, persists } = ensemble.recovery()
    const equal = equalHistories(voters - 1)
    expect(messages).toEqual({ ...equal, DIFF: equal['DIFF']! - 1, SNAP: 1, RECEIVED: 1 })
    expect(persists).toEqual(twoEach(voters))
    expect(ensemble.node(1).installed).toMatchObject({ index: 3 })
  })

  test('a big DIFF: as many PROPOSALs as its bytes need, and no sync more', () => {
    const ensemble = new Counted(3, { maxBatchBytes: 2, maxInFlightMessages: 2 })
    ensemble.recovery()
    ensemble.isolate(1)
    for (const text of 'abcdefgh') {
      ensemble.propose(3, text)
      ensemble.settle()
    }
    allMeet(ensemble, 1)
    const { messages, persists } = ensemble.recovery()
    expect(messages['PROPOSAL']).toBe(4)
    expect(messages['RECEIVED']).toBeGreaterThan(0)
    expect(persists).toEqual(twoEach(3))
  })
})
