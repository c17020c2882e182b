import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { refinedCluster } from './support.ts'

/** What comes of broken rules, one schedule for each, beside the same run with the rule kept. */
describe.each([true, false])('broken: %s', (isBroken) => {
  it('proposeEpochBeforeDurable: two prospective leaders of one epoch (ZOOKEEPER-1291)', () => {
    const { cluster, violations } = refinedCluster(
      zab({ unsafe: { proposeEpochBeforeDurable: isBroken } }),
      3,
    )
    for (const node of [1, 2, 3]) cluster.crash(node)
    for (const node of [1, 2]) cluster.start(node)
    cluster.node(2).autoPersist = false
    cluster.run(2000, () => cluster.observe(2).phase === 'SYNCHRONIZATION')
    expect(cluster.observe(2).phase).toBe(isBroken ? 'SYNCHRONIZATION' : 'DISCOVERY')
    // Its disk knows nothing of the epoch, nor does the third one's; the one who promised it is away.
    for (const node of [1, 2]) cluster.crash(node)
    cluster.node(2).autoPersist = true
    for (const node of [2, 3]) cluster.start(node)
    expect(cluster.elect()).toBe(3)
    expect(cluster.observe(3).epoch).toBe(1)
    expect(violations[0]?.invariant).toBe(isBroken ? 'zab Leadership2' : undefined)
  })

  it('ignoreStalledDisk: a leader whose disk completes nothing stays one', () => {
    const { cluster } = refinedCluster(zab({ unsafe: { ignoreStalledDisk: isBroken } }), 3)
    const first = cluster.elect()
    cluster.node(first).autoPersist = false
    cluster.propose(first)
    cluster.run(3000)
    expect(cluster.observe(first).established).toBe(isBroken)
    const others = [1, 2, 3].filter((node) => node !== first)
    expect(others.some((node) => cluster.observe(node).established)).toBe(!isBroken)
  })
})
