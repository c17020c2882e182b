import { QuorateError } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { MemorySnapshotStore } from '../src/index.ts'
import { fatalCommand } from './support/list-machine.ts'
import { ReplicaFixture, frameOf } from './support/replica-fixture.ts'
import { commandEntry, note } from './support/scripted-engine.ts'

const hardState = { type: 'setHardState', bytes: Uint8Array.of(1) } as const
const persist = { token: { epoch: 1, sequence: 1 }, operations: [hardState], sync: true }

/** A snapshot store that refuses to write. */
class BrokenSnapshotStore extends MemorySnapshotStore {
  override create(): never {
    throw new QuorateError('STORAGE', 'the disk is full')
  }
}

/** Everything that must stop a replica. */
const causes: Record<string, (fixture: ReplicaFixture) => void> = {
  'a failed write'(fixture) {
    fixture.turn({ persist })
    fixture.log.complete(0, new Error('broken'))
  },
  'a failed read of old entries'(fixture) {
    fixture.turn({ fetch: { from: 1, to: 2 } })
    fixture.log.reads[0]!.done([], new Error('broken'))
  },
  'a machine that throws'(fixture) {
    fixture.turn({ apply: [commandEntry(1, 5), commandEntry(2, fatalCommand), commandEntry(3, 6)] })
  },
  'an engine that throws at an input'(fixture) {
    fixture.engine.onStep = ({ type }) => {
      if (type === 'peerUp') throw new Error('broken')
    }
    fixture.wake()
  },
  'an engine that throws at a message to itself'(fixture) {
    fixture.engine.onStep = ({ type }) => {
      if (type === 'receive') throw new Error('broken')
    }
    fixture.turn({
      send: [
        { to: 1, message: note('me') },
        { to: 2, message: note('you') },
      ],
      apply: [commandEntry(1, 5)],
    })
  },
  'an engine that throws at a message to itself that was held'(fixture) {
    fixture.engine.onStep = ({ type }) => {
      if (type === 'receive') throw new Error('broken')
    }
    fixture.turn({
      persist,
      sendAfter: [{ token: persist.token, envelopes: [{ to: 1, message: note('me') }] }],
    })
    fixture.log.complete(0)
  },
  'an engine that throws at the end of a turn'(fixture) {
    fixture.engine.onTake = () => {
      throw new Error('broken')
    }
    fixture.turn({})
  },
  'a message that cannot be encoded'(fixture) {
    fixture.turn({ send: [{ to: 2, message: { type: 'Unheard' } }] })
  },
  'an observer of its state that throws'(fixture) {
    fixture.engine.observe = () => {
      throw new Error('broken')
    }
    fixture.turn({})
  },
  'a snapshot that cannot be restored'(fixture) {
    const meta = { index: 9, epoch: 1, membership: fixture.engine.view.membership }
    fixture.turn({ snapshots: [{ type: 'install', meta }], apply: [commandEntry(10, 1)] })
  },
}

describe.each(Object.entries(causes))('%s', (_, cause) => {
  it('stops the replica: everything is answered STOPPED unknown, and its owner hears of it once', () => {
    const fixture = ReplicaFixture.started()
    const answers = [fixture.propose(1), fixture.read(), fixture.propose(2), fixture.read()]
    const sequence = fixture.lastSequence
    fixture.turn({ replies: [{ type: 'readReady', sequence, index: 99 }] })
    cause(fixture)
    expect(answers.map(({ text }) => text)).toEqual(answers.map(() => 'STOPPED unknown'))
    expect(fixture.fatal).toHaveLength(1)
    expect(answers[0]!.all[0]!.error!.cause).toBe(fixture.fatal[0])
    fixture.environment.advance(60_000)
    expect(fixture.fatal).toHaveLength(1)
    expect(fixture.propose(3).text).toBe('STOPPED definitely-not')
  })

  it('leaves nothing behind that goes on', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ timers: [{ name: 'x', range: { min: 50, max: 50 } }] })
    cause(fixture)
    const { inputs } = fixture.engine
    const [before, sent, states] = [inputs.length, fixture.transport.sent.length, fixture.states.length]
    expect(fixture.environment.running).toBe(0)
    fixture.transport.events!.peerUp(2)
    fixture.transport.events!.peerDown(2)
    fixture.transport.arrive(2, frameOf(note('a')))
    fixture.transport.arrive(2, Uint8Array.of(99))
    fixture.environment.advance(60_000)
    expect([inputs.length, fixture.transport.sent.length, fixture.states.length]).toEqual([
      before,
      sent,
      states,
    ])
    expect(fixture.transport.resets).toEqual([])
  })
})

describe('a replica that stops itself', () => {
  it('tells the engine which persist failed, and why', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ persist })
    fixture.log.complete(0, new Error('the disk is gone'))
    expect(fixture.engine.of('persistFailed')).toEqual([
      { type: 'persistFailed', token: persist.token, cause: 'the disk is gone' },
    ])
    expect(fixture.fatal).toMatchObject([{ message: 'the disk is gone' }])
  })

  it('sends nothing of what a broken engine decided', () => {
    const fixture = ReplicaFixture.started()
    causes['an engine that throws at a message to itself']!(fixture)
    expect(fixture.takeSent()).toEqual([])
    expect(fixture.machine.values).toEqual([])
  })

  it('applies nothing behind the command that broke the machine', () => {
    const fixture = ReplicaFixture.started()
    causes['a machine that throws']!(fixture)
    expect(fixture.machine.values).toEqual([5])
  })

  it('takes a disk that refuses a snapshot for its own failure, not for bad bytes', () => {
    const sender = ReplicaFixture.started()
    sender.snapshots
      .create({ index: 1, epoch: 1, membership: sender.engine.view.membership })
      .commit(() => {})
    sender.turn({ snapshots: [{ type: 'send', to: 1, message: note('snapshot') }] })
    const fixture = ReplicaFixture.started({ snapshotStore: new BrokenSnapshotStore() })
    fixture.transport.arrive(2, sender.transport.sent[0]!.bytes)
    expect(fixture.fatal).toMatchObject([{ code: 'STORAGE' }])
    expect(fixture.transport.resets).toEqual([])
  })
})

describe('stop', () => {
  it('answers everything, lets go of links and files, and may be called again', async () => {
    const fixture = ReplicaFixture.started()
    const answers = [fixture.propose(1), fixture.read()]
    fixture.turn({ timers: [{ name: 'x', range: { min: 50, max: 50 } }], persist })
    await fixture.replica.stop()
    await fixture.replica.stop()
    expect(answers.map(({ text }) => text)).toEqual(['STOPPED unknown', 'STOPPED unknown'])
    expect([fixture.transport.isClosed, fixture.log.isClosed]).toEqual([true, true])
    expect(fixture.fatal).toEqual([])
    expect(fixture.environment.running).toBe(0)
  })

  it('lets nothing leave that waited for the disk', async () => {
    const fixture = ReplicaFixture.started()
    const envelopes = [{ to: 2, message: note('a') }]
    fixture.turn({ persist, sendAfter: [{ token: persist.token, envelopes }] })
    await fixture.replica.stop()
    fixture.log.complete(0)
    fixture.environment.settle()
    expect(fixture.takeSent()).toEqual([])
    expect(fixture.engine.of('persisted')).toEqual([])
  })

  it('after a failure answers nobody a second time', async () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.propose(1)
    causes['a failed write']!(fixture)
    await fixture.replica.stop()
    expect(mine.text).toBe('STOPPED unknown')
    expect(fixture.fatal).toHaveLength(1)
  })

  it('is the end: it cannot be started again', async () => {
    const fixture = new ReplicaFixture()
    await fixture.replica.stop()
    expect(() => fixture.replica.start()).toThrow('a replica is started once')
  })
})
