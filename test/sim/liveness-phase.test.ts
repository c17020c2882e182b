import type { AnyEngineDefinition, Engine, EngineInit, Input } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import {
  type ExcuseName,
  type PlannedFault,
  type RunReport,
  type Scenario,
  calmNetwork,
  simulate,
} from '@quorate/sim'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

const chaos = 4000

/** Longer than the run: what it breaks stays broken until it is mended. */
const forGood = 600_000

/** A run of three replicas with that plan; the core is 1 and 2. */
function run(
  engine: AnyEngineDefinition,
  seed: number,
  plan: readonly PlannedFault[],
  { scenario = {}, excuses = [] }: { scenario?: Partial<Scenario>; excuses?: readonly ExcuseName[] } = {},
): RunReport {
  return simulate({
    engine,
    machine: mvcc(),
    workload: mvccWorkload,
    seed,
    replicas: 3,
    faults: 'none',
    excuses,
    scenario: {
      chaos,
      operations: 100,
      plan,
      livenessPhase: true,
      core: [1, 2, 3],
      coreExtra: 0,
      outsiders: 'as-is',
      finalPowerCut: false,
      ...scenario,
    },
  })
}

const seeds = Array.from({ length: 10 }, (_, i) => i + 1)

/** The same engine, which does not campaign before it has met everybody: what waits for all waits for ever. */
function waitsForAll(definition: AnyEngineDefinition): AnyEngineDefinition {
  const wrap = (engine: Engine, others: number): Engine => {
    const met = new Set<number>()
    let isHeld: Input | undefined
    return {
      step: (input, at) => {
        if (input.type === 'peerUp') met.add(input.peer)
        if (input.type === 'timeout' && input.timer === 'election' && met.size < others) {
          isHeld = input
          return
        }
        engine.step(input, at)
        if (isHeld === undefined || met.size < others) return
        engine.step(isHeld, at)
        isHeld = undefined
      },
      take: () => engine.take(),
      observe: () => engine.observe(),
      capture: () => engine.capture(),
    }
  }
  return { ...definition, create: (init: EngineInit) => wrap(definition.create(init), 2) }
}

describe.each([
  ['raft', raft()],
  ['zab', zab()],
  ['multi-paxos', multiPaxos()],
] as const)('%s', (_, engine) => {
  const frozen: readonly (readonly [string, readonly PlannedFault[]])[] = [
    ['down', [{ at: chaos - 500, action: { kind: 'crash', target: 3, moment: 'now', downtime: forGood } }]],
    ['paused', [{ at: chaos - 500, action: { kind: 'pause', target: 3, duration: forGood } }]],
    ['without its disk', [{ at: chaos - 500, action: { kind: 'disk-stall', target: 3, duration: forGood } }]],
    ['with a full disk', [{ at: chaos - 500, action: { kind: 'disk-full', target: 3, duration: forGood } }]],
    ...(['both', 'in', 'out'] as const).flatMap((direction) =>
      [true, false].map((silent) => {
        const action = { kind: 'isolate', target: 3, direction, silent, duration: forGood } as const
        const plan: PlannedFault[] = [{ at: chaos - 500, action }]
        return [`cut off (${direction}, ${silent ? 'silently' : 'told'})`, plan] as const
      }),
    ),
  ]

  it.each(frozen)('goes on in a core while the third replica stays %s', (_, plan) => {
    for (const seed of seeds) {
      const report = run(engine, seed, plan)
      expect(report.violation, `seed ${seed}`).toBeUndefined()
      expect(report.excuses).toEqual({})
    }
  })

  it('goes on in a core that lost its power while the leader stays down', () => {
    for (const seed of seeds) {
      const plan: PlannedFault[] = [
        { at: chaos - 800, action: { kind: 'power-cut', target: 3, moment: 'now', downtime: forGood } },
      ]
      expect(run(engine, seed, plan).violation, `seed ${seed}`).toBeUndefined()
    }
  })
})

describe('an engine that campaigns only when it has met everybody', () => {
  const plan: PlannedFault[] = [
    { at: chaos - 800, action: { kind: 'power-cut', target: 3, moment: 'now', downtime: forGood } },
  ]

  it('is caught by a core without the third', () => {
    const { violation, eventLog } = run(waitsForAll(raft()), 1, plan)
    expect(violation).toMatchObject({ invariant: 'liveness' })
    expect(violation?.message).toMatch(/^\d+ ms after the core 1, 2 was healed there is no leader$/)
    expect(eventLog.length).toBeGreaterThan(10)
  })

  it('passes where everything is mended at once', () => {
    const { violation } = run(waitsForAll(raft()), 1, plan, { scenario: { livenessPhase: false } })
    expect(violation).toBeUndefined()
  })
})

describe('raft whose third replica is heard and hears nothing, and whose clock is fast', () => {
  const plan: PlannedFault[] = [
    {
      at: chaos - 500,
      action: { kind: 'isolate', target: 3, direction: 'in', silent: true, duration: forGood },
    },
  ]
  const scenario: Partial<Scenario> = {
    network: { ...calmNetwork, minDelay: 25, meanDelay: 30 },
    clocks: [1, 1, 5].map((rate) => ({ skew: 0, rate })),
  }
  const careless = raft({ preVote: false, checkQuorum: false })

  it('goes on with PreVote and CheckQuorum', () => {
    for (const seed of seeds) expect(run(raft(), seed, plan, { scenario }).violation).toBeUndefined()
  })

  it('is disturbed for ever without, which a core shows', () => {
    const violations = seeds.map((seed) => run(careless, seed, plan, { scenario }).violation?.invariant)
    expect(violations).toContain('liveness')
  })

  it('is excused without, if that is said', () => {
    const reports = seeds.map((seed) => run(careless, seed, plan, { scenario, excuses: ['one-way'] }))
    for (const { violation } of reports) expect(violation).toBeUndefined()
    expect(reports.some(({ excuses }) => excuses['one-way'] === 1)).toBe(true)
  })

  it('recovers without as soon as everything is mended', () => {
    for (const seed of seeds) {
      const options = { scenario: { ...scenario, livenessPhase: false } }
      expect(run(careless, seed, plan, options).violation, `seed ${seed}`).toBeUndefined()
    }
  })
})

describe('a leader outside the core that a part of it cannot reach', () => {
  it('excuses the core, since a quorum follows it', () => {
    // Replica 2 alone cannot reach the leader, 3: nobody may depose it while 1 and 3 are a quorum.
    const reports = seeds.map((seed) =>
      run(raft(), seed, [
        { at: 0, action: { kind: 'pause', target: 1, duration: 2000 } },
        {
          at: 2500,
          action: { kind: 'partition', side: [2], direction: 'both', silent: true, duration: forGood },
        },
      ]),
    )
    for (const { violation } of reports) expect(violation).toBeUndefined()
    const excused = reports.filter(({ excuses }) => excuses['outside-leader'] === 1)
    expect(excused.length).toBeGreaterThan(0)
    expect(excused.length).toBeLessThan(reports.length)
  })
})

describe('a leader outside the core that is heard and hears nothing, and does not step down', () => {
  it('is no excuse: nobody follows it', () => {
    // Without CheckQuorum it leads for ever, and its heartbeats keep the others from electing another.
    const careless = raft({ checkQuorum: false })
    const plan: PlannedFault[] = [
      {
        at: chaos - 500,
        action: { kind: 'isolate', target: 3, direction: 'in', silent: true, duration: forGood },
      },
    ]
    const reports = seeds.map((seed) => run(careless, seed, plan))
    expect(reports.map(({ violation }) => violation?.invariant)).toContain('liveness')
    for (const { excuses } of reports) expect(excuses).toEqual({})
    for (const seed of seeds) expect(run(raft(), seed, plan).violation).toBeUndefined()
  })
})
