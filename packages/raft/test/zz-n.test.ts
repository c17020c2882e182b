import { majorityOf } from '@quorate/core'
import { it } from 'vitest'
import { raft } from '../src/index.ts'
import { createCluster, elect } from './support/cluster.ts'
import { change, ledOf } from './support/members.ts'
it('x', () => {
    const cluster = createCluster(3, {spares:[4,5]}, raft({unsafe:{membershipWhenCommitted: true}}))
    elect(cluster, 1)
    change(cluster, 1, majorityOf([1, 2, 3, 4]))
    cluster.fire(1,'heartbeat'); cluster.settle()
    change(cluster, 1, majorityOf([1, 2, 3, 4, 5]))
    cluster.fire(1,'heartbeat'); cluster.settle()
    for (const id of [2, 3]) cluster.crash(id)
    for (const id of [2, 3]) cluster.start(id)
    for (const a of [2,3]) for (const b of [1,4,5]) cluster.cut(a,b)
    cluster.run(3000)
      for (const id of cluster.nodes.keys()) {
        const ev = cluster.node(id).events.slice(-16)
        for (const e of ev) console.log(id, e.epoch, e.name, JSON.stringify(e.detail))
      }
})
