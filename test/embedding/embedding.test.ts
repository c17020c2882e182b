import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { majorityOf, votersOf } from '@quorate/core'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { type ClusterMember, defineMachine, startCluster, startReplica } from 'quorate'
import { firstValueFrom, take, toArray } from 'rxjs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePorts } from './free-ports.ts'

const counter = defineMachine({
  name: 'counter',
  initial: 0,
  apply: (n: number, command: { add: number }) => [n + command.add, n + command.add],
})

type Counter = ClusterMember<{ add: number }, number, void, number, number>

describe.for([raft, zab, multiPaxos])('$name', (engine) => {
  test('replicates a machine of one’s own in one process', async () => {
    await using cluster = await startCluster({ engine: engine(), machine: counter, replicas: 3 })
    const changes = firstValueFrom(cluster.changes$.pipe(take(2), toArray()))
    expect(await cluster.submit({ add: 2 })).toBe(2)
    expect(await cluster.submit({ add: 3 })).toBe(5)
    expect(await cluster.query()).toBe(5)
    expect((await changes).map(({ change }) => change)).toEqual([2, 5])
    const indexes = (await Promise.all([...cluster.members.values()].map(level(cluster.members)))).map(String)
    expect(new Set(indexes).size).toBe(1)
  })

  test('a follower takes commands and linearizable queries too', async () => {
    await using cluster = await startCluster({ engine: engine(), machine: counter })
    const follower = [...cluster.members.values()].find((member) => !member.observe().established)!
    await follower.ready()
    expect(await follower.submit({ add: 7 })).toBe(7)
    expect(await follower.query()).toBe(7)
  })

  test('what was answered survives the stop of every replica', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-test-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const ports = await freePorts(3)
    const peers = Object.fromEntries(ports.map((port, i) => [i + 1, { host: '127.0.0.1', port }]))
    const start = (self: number): Promise<Counter> =>
      startReplica({
        self,
        peers,
        directory: join(directory, String(self)),
        engine: engine(),
        machine: counter,
      })
    const members = await Promise.all([1, 2, 3].map(start))
    await members[0]!.ready()
    expect(await members[0]!.submit({ add: 4 })).toBe(4)
    await Promise.all(members.map((member) => member.stop()))
    const again = await Promise.all([1, 2, 3].map(start))
    await again[1]!.ready()
    expect(await again[1]!.submit({ add: 5 })).toBe(9)
    await Promise.all(again.map((member) => member.stop()))
  })
})

describe('members', () => {
  const engine = multiPaxos({ window: 8 })

  test('are replaced in one process, and the others go on with what was there', async () => {
    const membership = majorityOf([1, 2, 3])
    await using cluster = await startCluster({ engine, machine: counter, replicas: 5, membership })
    await cluster.submit({ add: 2 })
    await cluster.reconfigure(majorityOf([4, 5, 1]))
    expect(await cluster.submit({ add: 3 })).toBe(5)
    for (const id of [2, 3]) await cluster.members.get(id)!.stop()
    expect(await cluster.submit({ add: 4 })).toBe(9)
    expect(votersOf(cluster.members.get(1)!.observe().membership)).toEqual([1, 4, 5])
  })

  test('change where the leader is asked; others say who that is', async () => {
    await using cluster = await startCluster({ engine, machine: counter })
    const leader = [...cluster.members.values()].find((member) => member.observe().established)!
    const follower = [...cluster.members.values()].find((member) => member !== leader)!
    await follower.ready()
    await expect(follower.reconfigure(majorityOf([1, 2]))).rejects.toMatchObject({
      code: 'NOT_LEADER',
      details: { leader: leader.id },
    })
    const changes = [leader.reconfigure(majorityOf([1, 2])), leader.reconfigure(majorityOf([2, 3]))]
    await expect(changes[1]).rejects.toMatchObject({ code: 'CHANGE_PENDING', retryable: true })
    await changes[0]
    expect(votersOf(leader.observe().membership)).toEqual([1, 2])
  })

  test('must be among the peers', async () => {
    await using cluster = await startCluster({ engine, machine: counter })
    const refused = { code: 'USAGE', outcome: 'definitely-not' }
    await expect(cluster.reconfigure(majorityOf([1, 2, 7]))).rejects.toMatchObject(refused)
    const start = startCluster({ engine, machine: counter, membership: majorityOf([3, 4]) })
    await expect(start).rejects.toThrow('membership names replica 4; there are 1, 2, 3')
  })

  test('change on Zab, too', async () => {
    await using cluster = await startCluster({ engine: zab(), machine: counter })
    expect(await cluster.submit({ add: 2 })).toBe(2)
    await cluster.reconfigure(majorityOf([1, 2]))
    expect(await cluster.submit({ add: 3 })).toBe(5)
  })

  test('of processes change over sockets, and stay so over restarts', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-test-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const ports = await freePorts(4)
    const peers = Object.fromEntries(ports.map((port, i) => [i + 1, { host: '127.0.0.1', port }]))
    const start = (self: number): Promise<Counter> =>
      startReplica({
        self,
        peers,
        membership: majorityOf([1, 2, 3]),
        directory: join(directory, String(self)),
        engine,
        machine: counter,
      })
    const members = await Promise.all([1, 2, 3, 4].map(start))
    await members[0]!.ready()
    expect(await members[0]!.submit({ add: 4 })).toBe(4)
    const leader = members.find((member) => member.id === members[0]!.observe().leader)!
    await leader.reconfigure(majorityOf([1, 4, leader.id]))
    await members[3]!.ready()
    expect(await members[3]!.submit({ add: 5 })).toBe(9)
    await Promise.all(members.map((member) => member.stop()))
    const again = await Promise.all(
      [1, 4, leader.id].filter((id, i, ids) => ids.indexOf(id) === i).map(start),
    )
    await again[1]!.ready()
    expect(await again[1]!.submit({ add: 6 })).toBe(15)
    const { membership } = again[1]!.observe()
    expect(votersOf(membership)).toEqual(again.map(({ id }) => id).sort((a, b) => a - b))
    await Promise.all(again.map((member) => member.stop()))
  })
})

test('a request that nobody can answer ends with an error that says so', async () => {
  const cluster = await startCluster({ engine: raft(), machine: counter, replicas: 1 })
  await cluster.stop()
  const [member] = cluster.members.values()
  await expect(member!.submit({ add: 1 })).rejects.toMatchObject({
    code: 'STOPPED',
    outcome: 'definitely-not',
  })
  const aborted = AbortSignal.abort(new Error('no longer wanted'))
  await expect(member!.query(undefined, { signal: aborted })).rejects.toThrow('no longer wanted')
})

/** Resolves with a member's applied index once it is that of the furthest. */
function level(members: ReadonlyMap<number, Counter>) {
  return async (member: Counter): Promise<number> => {
    for (;;) {
      const furthest = Math.max(...[...members.values()].map((one) => one.observe().appliedIndex))
      if (member.observe().appliedIndex === furthest) return furthest
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
