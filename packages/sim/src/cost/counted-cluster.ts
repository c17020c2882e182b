import {
  type AnyEngineDefinition,
  type MessageCounts,
  type NodeId,
  type Observation,
  assert,
  majorityOf,
} from '@quorate/core'
import { probeEngine } from '../cluster/engine-probe.ts'
import { SimCluster } from '../cluster/sim-cluster.ts'
import type { SimProcess } from '../cluster/sim-process.ts'
import { type DiskConditions, calmDisk } from '../disk/disk-conditions.ts'
import { type NetworkConditions, calmNetwork } from '../network/network-conditions.ts'
import { EventLog } from '../trace/event-log.ts'
import { countingMachine } from './counting-machine.ts'
import { type Tally, difference, sum, totalOf } from './tally.ts'

/** One message delay, in microseconds of virtual time: the same on every link. */
export const messageDelay = 100
/** One sync of a disk: so short that a duration tells how many there were of each. */
export const syncDelay = 1

const network: NetworkConditions = {
  ...calmNetwork,
  minDelay: messageDelay / 1000,
  meanDelay: messageDelay / 1000,
  connectDelay: 0,
  noticeDelay: 0,
}

const disk: DiskConditions = { ...calmDisk, minSync: syncDelay / 1000, meanSync: syncDelay / 1000 }

/** How long to look whether anything is still going on, microseconds. */
const quietTime = 20 * messageDelay

/** Who takes part. */
export interface CountedMembers {
  readonly voters: number
  /** @default 0 */
  readonly observers?: number
}

/**
 * A cluster to count in: real replicas with their real log stores, on links that all take one message delay and disks
 * that all take one sync. Nothing goes wrong, and every invariant is checked all the same.
 */
export class CountedCluster {
  readonly cluster: SimCluster
  readonly voters: readonly NodeId[]
  private readonly limit: number
  private readonly processes = new Set<SimProcess>()
  private fsyncs = 0
  private timeouts = 0

  constructor(engine: AnyEngineDefinition, { voters, observers = 0 }: CountedMembers) {
    const ids = Array.from({ length: voters + observers }, (_, i) => i + 1)
    this.voters = ids.slice(0, voters)
    // Longer than any election between replicas that all are well.
    this.limit = 20 * engine.electionTimeout * 1000
    const watched = probeEngine(engine, {
      created: () => {},
      given: (input) => {
        if (input.type === 'timeout') this.timeouts += 1
      },
      taken: () => {},
    })
    const settings = {
      engine: watched,
      machine: countingMachine,
      seed: 1,
      membership: majorityOf(this.voters, ids.slice(voters)),
      quantum: 1,
      network,
      disks: new Map(ids.map((id) => [id, disk])),
      // Neither a new segment nor a snapshot: what they sync is no part of a commit.
      storage: { segmentBytes: 1 << 24, preallocate: false },
    }
    this.cluster = new SimCluster(settings, new EventLog(0, ids.length))
    this.cluster.onSync = (node) => {
      // A store that is being opened syncs too, before its replica runs.
      if (this.cluster.node(node).process?.isRunning === true) this.fsyncs += 1
    }
    for (const id of ids) this.start(id)
  }

  start(id: NodeId): void {
    this.cluster.start(id)
    const { process } = this.cluster.node(id)
    assert(process !== undefined, 'a replica that was started has a process', { id })
    this.processes.add(process)
  }

  /** The established leader's process. */
  get leader(): SimProcess {
    const { leader } = this.cluster
    const process = leader === undefined ? undefined : this.cluster.node(leader).process
    assert(process !== undefined, 'there is a leader')
    return process
  }

  view(id: NodeId): Observation | undefined {
    return this.cluster.node(id).process?.view
  }

  /** Everything counted so far. */
  tally(): Tally {
    let messages: MessageCounts = {}
    for (const { replica } of this.processes) messages = sum(messages, replica?.counters.messages ?? {})
    return { messages, fsyncs: this.fsyncs, timeouts: this.timeouts }
  }

  /** Lets `duration` microseconds pass; `onStep` is called after every event. */
  pass(duration: number, onStep: () => void = () => {}): void {
    const { cluster } = this
    let isOver = false
    cluster.scheduler.after(duration / 1000, 'control', undefined, () => (isOver = true))
    while (!isOver) {
      const isSound = cluster.step()
      assert(isSound, 'a quiet run breaks nothing', { violation: cluster.books.violation?.message })
      onStep()
    }
  }

  /** Lets time pass until one leader is followed by all, who know the same to be committed. */
  elect(): void {
    const end = this.cluster.scheduler.now + this.limit
    while (!this.agrees()) {
      assert(this.cluster.scheduler.now < end, 'replicas that are well elect a leader')
      this.pass(quietTime)
    }
    this.settle()
  }

  /** Lets time pass until nothing is under way, and no timer has just run out. */
  settle(): void {
    for (;;) {
      const before = this.tally()
      this.pass(quietTime)
      const { messages, fsyncs, timeouts } = difference(this.tally(), before)
      if (totalOf(messages) + fsyncs + timeouts === 0) return
    }
  }

  private agrees(): boolean {
    const { leader, nodes } = this.cluster
    if (leader === undefined) return false
    const own = this.view(leader)!
    if (own.commitIndex < own.lastIndex) return false
    return [...nodes.keys()].every((id) => {
      const view = this.view(id)
      return view?.leader === leader && view.epoch === own.epoch && view.commitIndex === own.commitIndex
    })
  }
}
