import { type AnyEngineDefinition, type Engine, type EngineInit, assert, majorityOf } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import {
  EventLog,
  type PlannedFault,
  Random,
  type RunReport,
  type Scenario,
  SimCluster,
  calmNetwork,
  simulate,
} from '@quorate/sim'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

/** A cluster of three that is moved by hand. */
class Hand {
  readonly cluster: SimCluster
  private readonly workload = mvccWorkload.start(new Random(1))
  private serial = 0

  constructor() {
    const settings = {
      engine: raft(),
      machine: mvcc(),
      seed: 1,
      membership: majorityOf([1, 2, 3]),
      quantum: 10,
      network: calmNetwork,
      limits: { requestTimeout: 2000, snapshotEvery: 1000 },
    }
    this.cluster = new SimCluster(settings, new EventLog(10, 3))
    for (const id of [1, 2, 3]) this.cluster.start(id)
  }

  run(milliseconds: number): void {
    const end = this.cluster.scheduler.now + milliseconds * 1000
    while (this.cluster.scheduler.now < end && this.cluster.step());
  }

  /** Commits so many writes, everywhere. */
  write(count: number): this {
    for (let i = 0; i < count; i++) {
      this.run(1000)
      const turn = { client: 1, serial: ++this.serial, random: new Random(this.serial) }
      const operation = this.workload.probe(turn)
      this.cluster.node(this.cluster.leader!).process!.call(operation, 0, () => {})
    }
    this.run(1000)
    return this
  }

  restart(node: number): void {
    this.cluster.crash(node)
    this.cluster.start(node)
    this.run(1000)
  }
}

describe('a replica whose log is damaged', () => {
  it('is refused, and stays out', () => {
    const hand = new Hand().write(5)
    const { cluster } = hand
    expect(cluster.atlas.isGood(2)).toBe(true)
    expect(cluster.node(2).disk.rot(new Random(1), 'log')).toBe(true)
    expect([1, 2, 3].map((node) => cluster.atlas.mayHarm(node))).toEqual([false, true, false])
    hand.restart(2)
    expect(cluster.node(2).process).toBeUndefined()
    expect(cluster.atlas.isLost(2)).toBe(true)
    cluster.start(2)
    expect(cluster.node(2).process).toBeUndefined()
    expect(cluster.tally.all).toMatchObject({ refused: 1 })
    expect(cluster.books.violation).toBeUndefined()
  })
})

describe('a log store that opens without a word', () => {
  it('on a log of which something durable is missing, is caught', () => {
    const hand = new Hand().write(5)
    const { cluster } = hand
    cluster.crash(2)
    // Somebody wipes the end of the last records: it looks like a write that a crash has torn.
    const owner = { node: 2, alive: true, deferred: undefined }
    const disk = cluster.node(2).disk.mount(owner)
    const [name] = disk.list().filter((file) => /^log-\d+$/.test(file))
    const content = disk.read(name!, 0, disk.size(name!))
    const end = content.findLastIndex((byte) => byte !== 0) + 1
    const file = disk.open(name!)
    file.write(end - 200, new Uint8Array(200), () => file.sync(() => {}))
    hand.run(100)
    expect(cluster.books.violation).toBeUndefined()
    hand.restart(2)
    expect(cluster.books.violation).toMatchObject({ invariant: 'damage-detected', node: 2 })
  })
})

describe.each([
  ['raft', raft()],
  ['zab', zab()],
  ['multi-paxos', multiPaxos()],
] as const)('disks that lose what they said was synced, under %s', (_, engine) => {
  const chaos = 8000
  const everywhere = (seed: number): PlannedFault[] => {
    const random = new Random(seed)
    return Array.from({ length: 30 }, (__, i) => {
      const target = random.chance(0.5) ? 'leader' : random.integer(1, 3)
      const duration = random.between(100, 600)
      const action = { kind: 'lost-sync', target, duration, crash: true, downtime: 50 } as const
      return { at: (i * chaos) / 30, action }
    })
  }

  function run(seed: number, scenario: Partial<Scenario>): RunReport {
    const plan = everywhere(seed)
    return simulate({
      engine,
      machine: mvcc(),
      workload: mvccWorkload,
      seed,
      replicas: 3,
      faults: 'none',
      scenario: { chaos, operations: 300, plan, ...scenario },
      // A monitor finds at once that a disk forgot something. Here it is asked what clients lose by it.
      checks: { monitor: scenario.atlas !== false },
    })
  }

  const seeds = Array.from({ length: 20 }, (__, i) => i + 1)

  it('lose acknowledged writes if any of them may, and the replicas come back', () => {
    const broken = seeds.map((seed) => run(seed, { atlas: false }).violation?.invariant)
    console.log(broken.map((name, i) => `seed ${i + 1}: ${name ?? 'nothing'}`).join(', '))
    // Where too many are refused as damaged, nobody is left to lead: that is no loss of data.
    const lossy = broken.filter((name) => name !== undefined && name !== 'liveness')
    expect(lossy.length).toBeGreaterThan(5)
  })

  it('lose nothing where a minority may and stays out', () => {
    const reports = seeds.map((seed) => run(seed, {}))
    for (const { violation, seed } of reports) expect(violation, `seed ${seed}`).toBeUndefined()
    const total = (count: (report: RunReport) => number | undefined): number =>
      reports.reduce((sum, report) => sum + (count(report) ?? 0), 0)
    expect(total(({ faults }) => faults.amnesia)).toBeGreaterThan(10)
    expect(total(({ faults }) => faults.amnesia)).toBeLessThanOrEqual(seeds.length)
    expect(total(({ skipped }) => skipped['lost-sync'])).toBeGreaterThan(100)
  })
})

describe('an engine that comes upon something impossible when its disk has failed', () => {
  it('is not excused by the disk', () => {
    const right: AnyEngineDefinition = raft()
    const flawed = {
      ...right,
      create: (init: EngineInit): Engine => {
        const engine = right.create(init)
        return {
          step: (input, at) => {
            assert(input.type !== 'persistFailed', 'a disk never fails')
            engine.step(input, at)
          },
          take: () => engine.take(),
          observe: () => engine.observe(),
          capture: () => engine.capture(),
        }
      },
    }
    const action = { kind: 'disk-error', target: 'leader', forgets: false } as const
    const run = (engine: AnyEngineDefinition): RunReport =>
      simulate({
        engine,
        machine: mvcc(),
        workload: mvccWorkload,
        seed: 1,
        replicas: 3,
        faults: 'none',
        scenario: { chaos: 3000, operations: 200, plan: [{ at: 1500, action }] },
      })
    const { violation, faults } = run(flawed)
    expect(faults['disk-error']).toBe(1)
    expect(violation).toMatchObject({
      invariant: 'assertion',
      message: expect.stringContaining('a disk never fails'),
    })
    expect(run(right).violation).toBeUndefined()
  })
})
