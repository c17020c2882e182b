import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { raft } from '../src/index.ts'
import {
  beat,
  type Cluster,
  type ClusterOptions,
  clusterWithLogs,
  countMessages,
  createCluster,
  elect,
  give,
  intercept,
  isType,
  messagesOf,
  progressOf,
  repliesOf,
  stateOf,
  termsOf,
} from './support/cluster.ts'

function ledCluster(size: number, options: ClusterOptions = {}): Cluster {
  const cluster = createCluster(size, options)
  elect(cluster, 1)
  return cluster
}

/** Proposes at `id` in one turn, commands of these sizes; gives their sequences. */
function proposeInOneTurn(cluster: Cluster, id: number, sizes: readonly number[], first = 100): number[] {
  const node = cluster.node(id)
  const sequences = sizes.map((_, i) => first + i)
  sizes.forEach((size, i) => {
    const request = { replica: id, sequence: first + i }
    node.engine!.step({ type: 'propose', request, data: new Uint8Array(size) }, cluster.now())
  })
  node.drain(cluster.now())
  return sequences
}

describe('appends under way', () => {
  it('are as many, and as many bytes, as may be, whatever arrives late, twice or never (L6)', () => {
    const moves = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 60 })), {
      minLength: 20,
      maxLength: 80,
    })
    fc.assert(
      fc.property(moves, (list) => {
        const cluster = ledCluster(3, { maxInflightMessages: 3, maxInflightBytes: 100, maxBatchBytes: 40 })
        for (const [kind, n] of list) {
          const flight = cluster.inFlight[n % Math.max(1, cluster.inFlight.length)]
          if (kind <= 2) cluster.propose(1, new Uint8Array(n))
          else if (kind === 3 && flight !== undefined) cluster.deliver((other) => other === flight)
          else if (kind === 4 && flight !== undefined) cluster.lose((other) => other === flight)
          else if (kind === 5) cluster.fire(1, 'heartbeat')
          if (cluster.observe(1).role !== 'leader') return
          for (const member of [2, 3]) {
            const { inflight, inflightBytes } = progressOf(cluster, 1, member)
            expect(inflight.length).toBeLessThanOrEqual(3)
            // The last one may exceed the limit, by a batch or a single command.
            expect(inflightBytes).toBeLessThan(100 + 60)
          }
        }
        cluster.settle()
        for (let i = 0; i < 4; i++) beat(cluster, 1)
        const { lastIndex } = cluster.observe(1)
        for (const id of [2, 3])
          expect(cluster.observe(id)).toMatchObject({ lastIndex, commitIndex: lastIndex })
      }),
      { numRuns: 60 },
    )
  })

  it('L12: to one member that takes nothing hold nobody else up', () => {
    const cluster = ledCluster(3, { maxInflightMessages: 2 })
    cluster.block(1, 3)
    for (let i = 0; i < 10; i++) {
      cluster.propose(1)
      cluster.settle()
    }
    expect(cluster.observe(1).commitIndex).toBe(11)
    expect(progressOf(cluster, 1, 2).match).toBe(11)
    expect(progressOf(cluster, 1, 3).inflight).toHaveLength(2)
    cluster.unblock(1, 3)
    for (let i = 0; i < 2; i++) beat(cluster, 1)
    expect(cluster.observe(3).lastIndex).toBe(11)
  })
})

describe('what a leader has uncommitted', () => {
  it('L13: is bounded; entries without a command are not counted, and a follower starts with nothing', () => {
    const cluster = ledCluster(3, { maxUncommittedBytes: 100 })
    for (const id of [2, 3]) cluster.node(id).autoPersist = false
    cluster.propose(1, new Uint8Array(100))
    for (let i = 0; i < 5; i++)
      expect(repliesOf(cluster, 1, cluster.propose(1, new Uint8Array(0)))).toEqual([])
    const refused = cluster.propose(1, new Uint8Array(1))
    expect(repliesOf(cluster, 1, refused)).toMatchObject([
      { reason: 'overloaded', outcome: 'definitely-not' },
    ])
    for (const id of [2, 3]) {
      cluster.node(id).autoPersist = true
      cluster.node(id).drain(cluster.now())
    }
    cluster.settle()
    expect(stateOf(cluster, 1).leadership!.uncommittedBytes).toBe(0)
  })
})

describe('forwarded proposals', () => {
  it('go in several messages if one would be too large, in order, none of them empty', () => {
    const cluster = ledCluster(3, { maxBatchBytes: 100 })
    const sizes = [40, 40, 40, 300, 10, 90, 1, 0, 0, 99]
    const forwards = messagesOf(cluster, 'Forward', () => proposeInOneTurn(cluster, 2, sizes))
    const sent = forwards.map(({ message }) => message.commands.map(({ length }) => length))
    expect(sent).toEqual([[40, 40], [40], [300], [10, 90], [1, 0, 0, 99]])
    cluster.settle()
    beat(cluster, 1)
    const applied = cluster.node(2).applied.filter(({ kind }) => kind === 'command')
    expect(applied.map(({ data }) => data.length)).toEqual(sizes)
    expect(cluster.node(2).replies).toEqual([])
    expect(stateOf(cluster, 2).following).toMatchObject({ forwarded: [], waitingBytes: 0 })
  })

  it('are bounded: beyond that they are overloaded, until the first come back in the log', () => {
    const cluster = ledCluster(3, { maxForwardedBytes: 250, maxBatchBytes: 100 })
    const sequences = proposeInOneTurn(cluster, 2, [90, 90, 70, 50])
    const replies = sequences.map((sequence) => repliesOf(cluster, 2, sequence))
    expect(replies).toMatchObject([
      [],
      [],
      [],
      [{ type: 'rejected', reason: 'overloaded', outcome: 'definitely-not', leader: 1 }],
    ])
    expect(cluster.inFlight.filter(isType('Forward'))).toHaveLength(3)
    cluster.settle()
    beat(cluster, 1)
    expect(stateOf(cluster, 2).following.waitingBytes).toBe(0)
    const later = cluster.propose(2, new Uint8Array(240))
    expect(repliesOf(cluster, 2, later)).toEqual([])
  })

  it('any size goes alone', () => {
    const cluster = ledCluster(3, { maxForwardedBytes: 10 })
    const sequence = cluster.propose(2, new Uint8Array(500))
    cluster.settle()
    beat(cluster, 1)
    expect(repliesOf(cluster, 2, sequence)).toEqual([])
    expect(cluster.node(2).applied.at(-1)!.data).toHaveLength(500)
  })

  it('count no more once refused, lost for certain, expired or given up with their leader', () => {
    const options = { maxForwardedBytes: 1_000, maxUncommittedBytes: 100, maxBatchBytes: 50 }
    const refused = ledCluster(3, options)
    for (const id of [2, 3]) refused.node(id).autoPersist = false
    refused.propose(1, new Uint8Array(100))
    refused.settle()
    proposeInOneTurn(refused, 2, [40, 40, 40])
    expect(stateOf(refused, 2).following.waitingBytes).toBe(120)
    refused.settle()
    expect(stateOf(refused, 2).following.waitingBytes).toBe(0)

    const lost = ledCluster(3, options)
    proposeInOneTurn(lost, 2, [40, 40])
    const [first] = intercept(lost, isType('Forward'))
    proposeInOneTurn(lost, 2, [5], 200)
    lost.settle()
    expect(stateOf(lost, 2).following.waitingBytes).toBe(0)
    give(lost, 2, 1, first!.message)
    lost.settle()
    expect(termsOf(lost, 1)).toHaveLength(2)

    const expired = ledCluster(3, options)
    expired.propose(2, new Uint8Array(40))
    intercept(expired, isType('Forward'))
    for (let i = 0; i < 24; i++) beat(expired, 1)
    expect(stateOf(expired, 2).following.waitingBytes).toBe(0)

    const deposed = ledCluster(3, options)
    deposed.propose(2, new Uint8Array(40))
    intercept(deposed, isType('Forward'))
    deposed.isolate(1)
    elect(deposed, 3)
    expect(stateOf(deposed, 2).following.waitingBytes).toBe(0)
  })
})

describe('eagerCommit', () => {
  const eager = { eagerCommit: true }

  it.each([3, 5, 7])(
    'tells followers without waiting for the next message; costs what it says, n = %i',
    (n) => {
      const cluster = ledCluster(n, eager)
      const counts = countMessages(cluster, () => {
        for (let i = 0; i < 20; i++) {
          cluster.propose(1)
          cluster.settle()
          for (const id of cluster.nodes.keys()) expect(cluster.observe(id).commitIndex).toBe(i + 2)
        }
      })
      const { cost } = raft(eager)
      const expected = cost.commitMessages(n)
      expect(counts).toEqual(Object.fromEntries(Object.entries(expected).map(([type, m]) => [type, 20 * m])))
      expect(Object.values(expected).reduce((a, b) => a + b)).toBe(cost.messagesPerCommit(n))
      expect(cost.delaysToLearn).toBe(3)
    },
  )

  it('says nothing extra while appends follow each other: the next one carries it', () => {
    const cluster = ledCluster(3, eager)
    for (let i = 0; i < 10; i++) cluster.propose(1)
    const counts = countMessages(cluster, () => {
      for (let i = 0; i < 50; i++) {
        cluster.propose(1)
        cluster.deliver(({ to }) => to !== 1)
        cluster.deliver(({ to }) => to === 1)
      }
    })
    expect(counts.AppendEntries).toBeLessThanOrEqual(2 * 50 + 4)
  })

  it('L14: what it said and was lost, the next heartbeat says again', () => {
    const cluster = ledCluster(3, eager)
    cluster.filter = ({ message }) => message.type !== 'AppendEntries' || message.entries.length > 0
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(1).commitIndex).toBe(2)
    expect(cluster.observe(2).commitIndex).toBe(1)
    beat(cluster, 1)
    for (const id of [2, 3]) expect(cluster.observe(id).commitIndex).toBe(2)
  })

  it('is off unless asked for: nothing is sent between a commit and the next message', () => {
    const cluster = ledCluster(3)
    cluster.propose(1)
    cluster.settle()
    expect(cluster.observe(2).commitIndex).toBe(1)
  })
})

describe('bringing diverged logs together', () => {
  /** Terms that rise, behind a common beginning: one log's even, the other's odd, since a term has one leader. */
  const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 })), {
    maxLength: 6,
  })
  const logOf = (list: readonly (readonly [number, number])[], start: number): number[] => {
    let term = start
    return list.flatMap(([rise, count]) => Array<number>(count).fill((term += 2 * rise)))
  }

  it('L1: costs at most one refused append for each term in which they differ, whatever the logs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), runs, runs, (common, ours, theirs) => {
        const beginning = Array<number>(common).fill(1)
        const mine = [...beginning, ...logOf(ours, 0)]
        const others = [...beginning, ...logOf(theirs, 1)]
        const term = Math.max(1, mine.at(-1) ?? 1, others.at(-1) ?? 1)
        const cluster = clusterWithLogs({
          1: { terms: mine, term },
          2: { terms: others, term },
          3: { terms: mine, term },
        })
        const answers = messagesOf(cluster, 'AppendEntriesResponse', () => elect(cluster, 1))
        const refused = answers.filter(({ from, message }) => from === 2 && !message.success)
        const apart = (log: readonly number[], other: readonly number[]): number =>
          new Set(log.filter((one, i) => other[i] !== one)).size
        expect(refused.length).toBeLessThanOrEqual(Math.min(apart(mine, others), apart(others, mine)) + 1)
        expect(termsOf(cluster, 2)).toEqual([...mine, term + 1])
      }),
      { numRuns: 300 },
    )
  })
})
