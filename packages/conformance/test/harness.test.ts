import { describe, expect, it } from 'vitest'
import { raft } from '@quorate/raft'
import {
  type Suite,
  diskSuite,
  engineSuite,
  logStoreSuite,
  machineSuite,
  patienceOf,
  snapshotStoreSuite,
  transportSuite,
} from '../src/index.ts'
import { atEveryStep, takeSteps } from '../src/suite/steps.ts'
import { within } from '../src/suite/patience.ts'
import { memoryLogs } from './support/log-subjects.ts'
import { simDisks } from './support/disk-subjects.ts'
import { failuresOf } from './support/run-suite.ts'
import { memorySnapshots } from './support/snapshot-subjects.ts'
import { tallyDefinition, tallySubject } from './support/tally.ts'
import { memoryNetwork } from './support/transport-subjects.ts'

async function seenBy(suite: Suite, name: string): Promise<string | undefined> {
  const failed = await failuresOf(suite.cases.filter((one) => one.name === name))
  return failed.get(name)?.report.seen
}

describe('a harness that promises what it does not have is told so, and proves nothing', () => {
  const promises = (means: string, what: string, method = means): string =>
    `the harness says that it can \`${means}\`, and its ${what} has no method \`${method}\``

  it.each(['crash', 'step', 'fail', 'damage'] as const)('a log store: %s', async (means) => {
    const suite = logStoreSuite({ ...memoryLogs(), can: [means] })
    const seen = await seenBy(suite, 'read ends at a hole')
    expect(seen).toBe(promises(means, 'place', means === 'fail' ? 'failNext' : means))
  })

  it('snapshot stores, disks and nets as well', async () => {
    const snapshots = snapshotStoreSuite({ ...memorySnapshots(), can: ['crash'] })
    expect(await seenBy(snapshots, 'a new store has no snapshot')).toBe(promises('crash', 'place'))
    const right = simDisks()
    const powered = async (seed: number) => {
      const place = await right.place(seed)
      return { open: () => place.open() }
    }
    const disks = diskSuite({ can: right.can, patience: right.patience, place: powered })
    expect(await seenBy(disks, 'what is written is read')).toBe(promises('crash', 'place'))
    const net = transportSuite({ ...memoryNetwork(), can: ['break'] })
    expect(await seenBy(net, 'frames arrive whole, in order and without gaps')).toBe(promises('break', 'net'))
  })
})

describe('a suite in which nothing would be checked is refused', () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity])('%d runs, or moves', (extent) => {
    const engine = { definition: raft(), compacting: raft() }
    const tally = tallySubject(tallyDefinition())
    const message = `is ${extent}, expected a whole number, 1 or more`
    expect(() => engineSuite({ ...engine, runs: extent })).toThrow(`conformance: runs ${message}`)
    expect(() => engineSuite({ ...engine, length: extent })).toThrow(`conformance: length ${message}`)
    expect(() => machineSuite({ ...tally, runs: extent })).toThrow(`conformance: runs ${message}`)
    expect(() => machineSuite({ ...tally, length: extent })).toThrow(`conformance: length ${message}`)
  })
})

describe('nothing is waited for without end', () => {
  it('virtual time in which there is always something to do', async () => {
    const patience = patienceOf(() => true)
    await expect(within(patience, 'an answer', new Promise(() => {}))).rejects.toThrow(
      'an answer: nothing came',
    )
  })

  it('a disk that always has one more step', async () => {
    let most = 0
    const restless = atEveryStep(async (steps) => {
      most = steps
      return takeSteps({ step: () => true }, steps) < steps
    })
    await expect(restless).rejects.toThrow('`step` never gives false')
    expect(most).toBeGreaterThan(1000)
  })

  it('a transport that does not close: what was seen first is what is said', async () => {
    const deaf = memoryNetwork((transport) => ({
      start: () => {},
      send: () => true,
      reset: () => {},
      close: () => (void transport.close(), new Promise(() => {})),
    }))
    expect(await seenBy(transportSuite(deaf), 'frames arrive whole, in order and without gaps')).toBe(
      'node 1 being told of a session with 2: nothing came',
    )
    const stuck = memoryNetwork((transport) => ({
      start: (events) => transport.start(events),
      send: (peer, bytes) => transport.send(peer, bytes),
      reset: (peer) => transport.reset(peer),
      close: () => (void transport.close(), new Promise(() => {})),
    }))
    expect(await seenBy(transportSuite(stuck), 'frames arrive whole, in order and without gaps')).toBe(
      'close of node 1: nothing came',
    )
  })
})
