import { raft, type RaftOptions } from '@quorate/raft'
import { describe, expect, it } from 'vitest'
import { type Flight, type Refined, campaign, deliverAll, hold, refinedCluster, silence } from './support.ts'

const leaseDuration = 300

const isType =
  (...types: string[]) =>
  ({ message }: Flight): boolean =>
    types.includes(message.type)

/** Replica 1 leads, has committed its first entry, and a quorum has given its word. */
function ledCluster(size: number, options: RaftOptions): Refined {
  const refined = refinedCluster(raft({ leaseDuration, ...options }), size)
  const { cluster } = refined
  campaign(refined, 1)
  cluster.settle()
  cluster.time += 50
  cluster.fire(1, 'heartbeat')
  cluster.settle()
  expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 1 })
  return refined
}

/** A client reads at 1 by its lease: what is answered at once, without a message. */
function answersByLease({ cluster }: Refined): unknown[] {
  const read = cluster.read(1, 'lease')
  return cluster.node(1).replies.filter((reply) => reply.sequence === read)
}

/** The state as it was when 1 led alone: 2 has been elected since, and has committed more. */
const stale = [expect.objectContaining({ type: 'readReady', index: 1 })]

/** A client writes at 2, which leads if it can. */
function writeAtSecond({ cluster }: Refined): number {
  cluster.propose(2)
  cluster.settle()
  return cluster.observe(2).commitIndex
}

/** Rules of leases: what a leader answers that others have deposed, each beside the same run with the rule kept. */
describe.each([true, false])('broken: %s', (isBroken) => {
  it('leaseFromAnswers: a lease outlasts what was granted, by the time that the answers took (R7)', () => {
    const refined = ledCluster(3, { clockDrift: 0, unsafe: { leaseFromAnswers: isBroken } })
    const { cluster } = refined
    cluster.time += 1000
    cluster.fire(1, 'heartbeat')
    deliverAll(refined, isType('Heartbeat'))
    const late = hold(refined, isType('HeartbeatResponse'))
    expect(late).toHaveLength(2)
    cluster.time += 250
    cluster.inFlight.push(...late)
    deliverAll(refined, isType('HeartbeatResponse'))
    silence(refined, 1)
    // What 2 and 3 have granted has run out.
    cluster.time += 51
    cluster.fire(3, 'election')
    campaign(refined, 2)
    cluster.settle()
    expect(cluster.observe(2).role).toBe('leader')
    expect(writeAtSecond(refined)).toBe(3)
    expect(answersByLease(refined)).toEqual(isBroken ? stale : [])
  })

  it('forgetLease: who restarts votes against its word, and a leader whom it was given reads what is old', () => {
    const refined = ledCluster(3, { unsafe: { forgetLease: isBroken } })
    const { cluster } = refined
    silence(refined, 1)
    for (const node of [2, 3]) {
      cluster.crash(node)
      cluster.start(node)
    }
    cluster.time += 100
    campaign(refined, 2)
    cluster.settle()
    expect(cluster.observe(2).role).toBe(isBroken ? 'leader' : 'follower')
    // What 1 reads is old where 2 has committed more, and new where nobody else can have.
    expect(writeAtSecond(refined)).toBe(isBroken ? 3 : 0)
    expect(answersByLease(refined)).toEqual(stale)
  })

  it('keepLeaseInTransfer: who hands leadership over reads what is old (R6)', () => {
    const refined = ledCluster(5, { unsafe: { keepLeaseInTransfer: isBroken } })
    const { cluster } = refined
    const request = { replica: 1, sequence: 1_000_000 }
    cluster.node(1).step({ type: 'transfer', request, to: 2 }, cluster.now())
    // Nothing tells 1 how it went.
    cluster.filter = ({ to }) => to !== 1
    cluster.settle()
    expect(cluster.observe(2).role).toBe('leader')
    expect(writeAtSecond(refined)).toBe(3)
    expect(answersByLease(refined)).toEqual(isBroken ? stale : [])
  })
})
