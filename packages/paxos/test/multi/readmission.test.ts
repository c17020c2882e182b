import { majorityOf } from '@quorate/core'
import { expect, it } from 'vitest'
import { checkPaxosDelta } from '../../src/index.ts'
import { elect, progressOf, proposeAll, stateOf } from './support/cluster.ts'
import { createWide, isDone, isServed, reconfigure } from './support/members.ts'

it('what a member has accepted is counted anew once it has left and come back, in the same ballot', () => {
  const cluster = createWide(majorityOf([1, 2, 3]), [], { window: 2 })
  elect(cluster, 1)
  proposeAll(cluster, 1, 'a', 'b', 'c')
  const before = stateOf(cluster, 1)
  expect(progressOf(cluster, 1, 3).match).toBe(3)
  cluster.filter = ({ from }) => from !== 3
  for (const membership of [majorityOf([1, 2]), majorityOf([1, 2, 3])]) {
    const sequence = reconfigure(cluster, 1, membership)
    cluster.run(200)
    expect(isDone(cluster, 1, sequence)).toBe(true)
  }
  expect(progressOf(cluster, 1, 3).match).toBe(0)
  checkPaxosDelta(before, stateOf(cluster, 1))
  cluster.filter = () => true
  expect(isServed(cluster, 3)).toBe(true)
  expect(progressOf(cluster, 1, 3).match).toBeGreaterThan(3)
})
