import { describe, expect, it } from 'vitest'
import {
  beat,
  campaign,
  type Cluster,
  createCluster,
  deliverAll,
  deliveredBy,
  elect,
  eventsOf,
  give,
  intercept,
  isType,
  losing,
  proposeAll,
  release,
  stateOf,
} from './support/cluster.ts'
import { giveSnapshot, isServed } from './support/members.ts'

/**
 * Leader 2 has had `a b c` chosen by itself and 3; 1 has accepted nothing. Then 2 stops leading, and 1 has been elected
 * by itself and 2, who alone has said that it knows slots 1 to 3 to be chosen. Nothing of 1's has arrived since.
 */
function leaderBehind(options = {}): Cluster {
  const cluster = createCluster(3, options)
  elect(cluster, 2)
  cluster.block(2, 1)
  proposeAll(cluster, 2, 'a', 'b', 'c')
  cluster.block(2, 3)
  for (const peer of [1, 3]) cluster.block(peer, 2)
  cluster.run(2_000, () => cluster.observe(2).role !== 'leader')
  for (const peer of [1, 3]) cluster.unblock(peer, 2)
  for (const peer of [1, 3]) cluster.unblock(2, peer)
  intercept(cluster)
  cluster.block(1, 3)
  cluster.block(3, 1)
  campaign(cluster, 1)
  deliverAll(cluster, isType('Prepare', 'Promise'))
  return cluster
}

describe('a leader that is elected while it is behind', () => {
  it('is as this file says', () => {
    const cluster = leaderBehind()
    expect(cluster.observe(1)).toMatchObject({ role: 'leader', commitIndex: 0, phase: 'learning' })
    expect(stateOf(cluster, 1).leadership).toMatchObject({ start: 4, next: 4 })
    expect(cluster.observe(3).commitIndex).toBeLessThan(3)
  })

  it('dead source', () => {
    const cluster = leaderBehind()
    intercept(cluster)
    cluster.crash(2)
    cluster.unblock(1, 3)
    cluster.unblock(3, 1)
    expect(isServed(cluster, 1)).toBe(true)
  })
  it('source forgets', () => {
    const cluster = leaderBehind()
    intercept(cluster)
    cluster.crash(2)
    cluster.start(2)
    console.log(cluster.observe(2).commitIndex)
    cluster.unblock(1, 3)
    cluster.unblock(3, 1)
    expect(isServed(cluster, 1)).toBe(true)
  })
})
