import { type NodeId, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { MemoryLogStore, MemoryNetwork, MemorySnapshotStore, Replica } from '../src/index.ts'
import { Answers } from './support/answers.ts'
import { type ListMachine, listMachine } from './support/list-machine.ts'
import { ManualEnvironment } from './support/manual-environment.ts'
import { primary } from './support/primary-engine.ts'

/** Three replicas with an engine of a few lines, on a network and stores in memory. */
class Cluster {
  readonly environment = new ManualEnvironment()
  readonly machines = new Map<NodeId, ListMachine>()
  readonly snapshotStores = new Map<NodeId, MemorySnapshotStore>()
  readonly replicas: readonly Replica[]

  constructor() {
    const defer = (run: () => void): void => this.environment.endOfTurn(run)
    const network = new MemoryNetwork(defer)
    this.replicas = [1, 2, 3].map((self) => {
      const snapshotStore = new MemorySnapshotStore()
      this.snapshotStores.set(self, snapshotStore)
      return new Replica({
        self,
        membership: majorityOf([1, 2, 3]),
        engine: primary,
        machine: listMachine((machine) => this.machines.set(self, machine)),
        logStore: new MemoryLogStore(defer),
        snapshotStore,
        transport: network.transport(self),
        environment: this.environment,
        limits: { snapshotEvery: 40 },
      })
    })
    for (const replica of this.replicas) replica.start()
  }

  turns(count: number): void {
    for (let i = 0; i < count; i++) this.environment.turn()
  }
}

describe('replicas on a network in memory', () => {
  it('apply the same commands in the same order, and answer each with its result', () => {
    const cluster = new Cluster()
    cluster.turns(3)
    const answers = Array.from({ length: 100 }, (_, i) => {
      const mine = new Answers()
      cluster.replicas[0]!.propose(Uint8Array.of(i), mine)
      if (i % 7 === 0) cluster.turns(1)
      return mine
    })
    cluster.turns(60)
    expect(answers.map(({ text }) => text)).toEqual(answers.map((_, i) => `${i + 1} at ${i + 1}`))
    const digests = new Set(cluster.replicas.map((replica) => replica.observe().digest))
    expect(digests.size).toBe(1)
    for (const machine of cluster.machines.values()) {
      expect(machine.values).toEqual(Array.from({ length: 100 }, (_, i) => i))
    }
  })

  it('write once and send one frame to each peer, however many commands came in a turn', () => {
    const cluster = new Cluster()
    cluster.turns(3)
    const [leader] = cluster.replicas
    const before = leader!.counters.entryMessages
    for (let i = 0; i < 50; i++) leader!.propose(Uint8Array.of(i), new Answers())
    cluster.turns(10)
    expect(leader!.counters.entryMessages - before).toBe(2)
    expect(leader!.counters.entriesSent).toBe(100)
  })

  it('keep snapshots as the policy says', () => {
    const cluster = new Cluster()
    cluster.turns(3)
    for (let i = 0; i < 50; i++) cluster.replicas[0]!.propose(Uint8Array.of(i), new Answers())
    cluster.turns(100)
    for (const store of cluster.snapshotStores.values()) {
      const [meta] = store.list
      expect(meta!.index).toBeGreaterThanOrEqual(40)
      const bytes = [...store.load(meta!)].flatMap((chunk) => [...chunk])
      expect(bytes).toEqual(Array.from({ length: meta!.index }, (_, i) => i))
    }
  })

  it('read at a follower what it has applied', () => {
    const cluster = new Cluster()
    cluster.turns(3)
    cluster.replicas[0]!.propose(Uint8Array.of(9), new Answers())
    cluster.turns(10)
    const mine = new Answers()
    cluster.replicas[2]!.read('', 'sequential', mine)
    cluster.turns(1)
    expect(mine.text).toBe('"9" at 1')
  })

  it('go quiet when they are stopped', async () => {
    const cluster = new Cluster()
    cluster.turns(5)
    for (const replica of cluster.replicas) await replica.stop()
    cluster.environment.settle()
    expect(cluster.environment.running).toBe(0)
  })
})
