import { readFileSync } from 'node:fs'
import { type NodeId, majorityOf } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { EventLog, Random, SimCluster, calmDisk, calmNetwork } from '@quorate/sim'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

// How long nobody can write after a leader is gone. Virtual time, from its end to the first commit that a client of
// another replica hears of; the disks' syncs and the messages' delays are in it.

const engine = zab()
const limit = 2 * engine.electionTimeout
const seeds = Array.from({ length: 200 }, (_, i) => i + 1)

/** How a leader goes: with its links, or in silence, which nobody is told of. */
type End = 'killed' | 'stands still'

/** A cluster whose delays and disks the seed draws: from one rack to one region. */
function clusterOf(random: Random, seed: number): SimCluster {
  const ids: NodeId[] = random.pick([
    [1, 2, 3],
    [1, 2, 3, 4, 5],
  ])
  const meanDelay = 0.1 + random.magnitude(0.1, 5)
  const disk = { ...calmDisk, meanSync: calmDisk.minSync + random.magnitude(0.1, 5) }
  const settings = {
    engine,
    machine: mvcc(),
    seed,
    membership: majorityOf(ids),
    quantum: 10,
    network: { ...calmNetwork, meanDelay },
    disks: new Map(ids.map((id) => [id, disk])),
    limits: { requestTimeout: 5000 },
  }
  const cluster = new SimCluster(settings, new EventLog(0, ids.length))
  for (const id of ids) cluster.start(id)
  return cluster
}

function run(cluster: SimCluster, milliseconds: number, until: () => boolean = () => false): void {
  const end = cluster.scheduler.now + milliseconds * 1000
  while (!until() && cluster.scheduler.now < end) {
    if (!cluster.step()) throw new Error(cluster.books.violation?.message ?? 'nothing happens any more')
  }
}

/** Milliseconds from the leader's end to the next commit. */
function outage(end: End, seed: number): number {
  const random = new Random(seed)
  const cluster = clusterOf(random.split('cluster'), seed)
  const workload = mvccWorkload.start(random.split('workload'))
  let serial = 0
  let commits = 0
  const write = (node: NodeId): void => {
    const turn = { client: 1, serial: ++serial, random: random.split(`call ${serial}`) }
    const { process } = cluster.node(node)
    process?.call(workload.probe(turn), 0, (outcome) => {
      if (outcome.type === 'ok') commits += 1
    })
  }
  run(cluster, 5000, () => cluster.leader !== undefined)
  for (let i = 0; i < 5; i++) {
    write(cluster.leader!)
    run(cluster, random.between(1, 40))
  }
  run(cluster, 1000, () => commits === 5)
  expect(commits).toBe(5)
  run(cluster, random.between(0, 200)) // somewhere between two pings
  const leader = cluster.leader!
  const others = [...cluster.nodes.keys()].filter((id) => id !== leader)
  if (end === 'killed') cluster.kill(leader)
  else cluster.pause(leader)
  const began = cluster.scheduler.now
  const before = commits
  for (let i = 0; commits === before; i++) {
    write(others[i % others.length]!)
    run(cluster, 1, () => commits > before)
    if (cluster.scheduler.now - began > 20_000_000) throw new Error('nobody commits any more')
  }
  return (cluster.scheduler.now - began) / 1000
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

/** What docs/zab.md says of it: median, longest and bound. */
function figuresOf(end: End): string[] {
  const words = end === 'killed' ? 'its process ends' : 'it stands still'
  const page = readFileSync(new URL('../../docs/zab.md', import.meta.url), 'utf8')
  const row = page.split('\n').find((line) => line.startsWith(`| ${words}`)) ?? ''
  return row
    .split('|')
    .slice(2, 5)
    .map((cell) => cell.trim())
}

describe('after a leader’s end, the next commit', () => {
  it.each<[End, number]>([
    // Links tell: no limit has to run out.
    ['killed', 50],
    // Nobody tells: a silence of `syncLimit` ticks comes first.
    ['stands still', engine.electionTimeout],
  ])('%s: within twice the election timeout, over 200 seeds; half of them within %i ms', (end, usual) => {
    const times = seeds.map((seed) => outage(end, seed))
    expect(Math.max(...times)).toBeLessThanOrEqual(limit)
    expect(median(times)).toBeLessThan(usual)
    expect(figuresOf(end)).toEqual([median(times), Math.max(...times), limit].map((time) => time.toFixed(0)))
  })
})
