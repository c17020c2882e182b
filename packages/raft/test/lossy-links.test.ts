import { describe, expect, it } from 'vitest'
import { createCluster, elect, give, leadersOf, stateOf } from './support/cluster.ts'

/** A small generator of numbers in 0 … 1, the same on every platform. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('links that lose, repeat and reorder', () => {
  it.each([1, 2, 3, 4, 5])('slow nobody down for long: what is proposed is committed (seed %i)', (seed) => {
    const cluster = createCluster(3, { maxInflightMessages: 4 })
    elect(cluster, 1)
    const random = numbers(seed)
    cluster.filter = (flight) => {
      const copies = random() < 0.15 ? 0 : random() < 0.15 ? 2 : 1
      for (let i = 0; i < copies; i++) {
        const position = Math.floor(random() * (cluster.inFlight.length + 1))
        cluster.inFlight.splice(position, 0, { ...flight })
      }
      return false
    }
    for (let i = 0; i < 200; i++) {
      for (const id of [1, 2, 3]) cluster.propose(id)
      cluster.run(20)
    }
    cluster.filter = () => true
    cluster.run(2_000)
    expect(leadersOf(cluster)).toHaveLength(1)
    const commits = [1, 2, 3].map((id) => cluster.observe(id).commitIndex)
    expect(new Set(commits).size).toBe(1)
    expect(commits[0]).toBeGreaterThan(400)
    const sequences = stateOf(cluster, 1).log.entries.flatMap(({ request }) => request?.sequence ?? [])
    expect(new Set(sequences).size).toBe(sequences.length)
  })

  it('lose the last acknowledgement of an idle leader: the next heartbeat makes up for it', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.filter = ({ message }) => message.type !== 'AppendEntriesResponse'
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(1)
    cluster.run(100)
    expect(cluster.observe(1).commitIndex).toBe(2)
  })

  it('an answer to a heartbeat says nothing of the log before its term is durable', () => {
    const cluster = createCluster(3)
    elect(cluster, 1)
    cluster.crash(1)
    cluster.fire(2, 'election')
    cluster.node(2).autoPersist = false
    const heartbeat = { type: 'Heartbeat', term: 5, session: 1, round: 1, leaderCommit: 0 } as const
    give(cluster, 3, 2, heartbeat)
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ term: 5, received: 0, durable: 0 })
    give(cluster, 3, 2, {
      type: 'AppendEntries',
      term: 5,
      session: 1,
      round: 1,
      prevLogIndex: 1,
      prevLogTerm: 1,
      leaderCommit: 0,
      entries: [],
    })
    give(cluster, 3, 2, { ...heartbeat, round: 2 })
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ received: 1, durable: 0 })
    cluster.node(2).completeWrite(cluster.now())
    give(cluster, 3, 2, { ...heartbeat, round: 3 })
    expect(cluster.inFlight.at(-1)!.message).toMatchObject({ received: 1, durable: 1 })
  })
})
