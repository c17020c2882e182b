import { mvcc } from '@quorate/mvcc'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { type RunReport, type SimulateOptions, simulate, simulateMany } from '@quorate/sim'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

const engines = { raft, zab, 'multi-paxos': multiPaxos }

function options(name: keyof typeof engines, seed: number): SimulateOptions {
  const engine = engines[name]({ compactionTail: 10 })
  return { engine, machine: mvcc(), workload: mvccWorkload, seed }
}

/** Everything in a report that a difference between two runs would show in. */
function essence({ traceHash, steps, virtualMs, operations, commits, faults, history }: RunReport): unknown {
  return { traceHash, steps, virtualMs, operations, commits, faults, history }
}

describe.each(['raft', 'zab', 'multi-paxos'] as const)('a run of %s', (name) => {
  it('is the same each time', () => {
    for (const seed of [1, 7, 12]) {
      expect(essence(simulate(options(name, seed)))).toEqual(essence(simulate(options(name, seed))))
    }
  })

  it('is another one with another seed', () => {
    const hashes = [1, 2, 3, 4, 5].map((seed) => simulate(options(name, seed)).traceHash)
    expect(new Set(hashes).size).toBe(5)
  })

  it('does not depend on what is printed, logged or kept of it', () => {
    const lines: string[] = []
    const logged: string[] = []
    const log = (_: object, message: string): void => void logged.push(message)
    const printed = simulate({
      ...options(name, 7),
      onLine: (line) => lines.push(line),
      logger: { debug: log, info: log, warn: log, error: log },
      eventLogSize: 3,
    })
    expect(essence(printed)).toEqual(essence(simulate(options(name, 7))))
    expect(lines.length).toBeGreaterThan(1000)
    expect(lines.filter((line) => line.includes('everything is mended'))).toHaveLength(1)
  })

  it('is the same among others', () => {
    const reports = [...simulateMany([6, 7, 8], (seed) => options(name, seed))]
    expect(reports.map(({ seed }) => seed)).toEqual([6, 7, 8])
    expect(essence(reports[1]!)).toEqual(essence(simulate(options(name, 7))))
  })
})

describe('a scenario', () => {
  it('does not change in one part because another is given', () => {
    const drawn = simulate(options('raft', 7)).scenario
    const changed = simulate({ ...options('raft', 7), scenario: { clients: drawn.clients + 1 } }).scenario
    expect(changed).toEqual({ ...drawn, clients: drawn.clients + 1 })
  })

  it('can be run again as it was recorded', () => {
    const drawn = simulate(options('raft', 7))
    const again = simulate({ ...options('raft', 7), faults: 'none', scenario: drawn.scenario })
    expect(again.traceHash).toBe(drawn.traceHash)
  })

  it('has no faults if it is to have none, and all work gets done', () => {
    const { faults, operations, scenario, elections } = simulate({ ...options('raft', 7), faults: 'none' })
    expect(faults).toEqual({})
    expect(operations.unknown).toBe(0)
    expect(operations.ok).toBeGreaterThan(scenario.operations / 2)
    expect(elections).toBe(scenario.finalPowerCut ? 2 : 1)
  })

  it('has as many replicas as it is told', () => {
    const report = simulate({ ...options('zab', 3), replicas: 5 })
    expect(report.scenario.disks).toHaveLength(5)
    expect(report.ok).toBe(true)
  })
})
