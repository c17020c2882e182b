import { type Persist, type StorageOperation, encodeMembership, makeEntry, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { Answers } from './support/answers.ts'
import { ReplicaFixture, frameOf } from './support/replica-fixture.ts'
import { commandEntry, note } from './support/scripted-engine.ts'

const hardState: StorageOperation = { type: 'setHardState', bytes: Uint8Array.of(1) }

function persist(sequence: number, ...operations: StorageOperation[]): Persist {
  return {
    token: { epoch: 1, sequence },
    operations: operations.length > 0 ? operations : [hardState],
    sync: true,
  }
}

function held(sequence: number, ...texts: string[]) {
  return { token: { epoch: 1, sequence }, envelopes: texts.map((text) => ({ to: 2, message: note(text) })) }
}

function send(...texts: string[]) {
  return texts.map((text) => ({ to: Number(text[0]), message: note(text) }))
}

describe('a turn', () => {
  it('is one for everything that arrived before its end', () => {
    const fixture = ReplicaFixture.started()
    const { engine, environment, replica } = fixture
    const takes = replica.counters.turns
    fixture.transport.arrive(2, frameOf(note('a'), note('b')))
    fixture.propose(1)
    fixture.read()
    expect(engine.inputs.map(({ type }) => type)).toEqual(['receive', 'receive', 'propose', 'read'])
    environment.turn()
    expect(replica.counters.turns).toBe(takes + 1)
    expect(environment.isIdle).toBe(true)
  })

  it('gives all its requests one instant, and the next turn another', () => {
    const fixture = ReplicaFixture.started()
    const { engine, environment } = fixture
    fixture.propose(1)
    environment.time = 50
    fixture.propose(2)
    fixture.read()
    environment.turn()
    fixture.propose(3)
    expect(engine.instants.map(({ monotonic }) => monotonic)).toEqual([0, 0, 0, 50])
  })

  it('that takes long gives a frame, and a lease read, the instant at which it comes: leases rest on it', () => {
    const { engine, environment, transport, replica } = ReplicaFixture.started()
    const arrive = (): void => transport.arrive(2, frameOf(note('a'), note('b')))
    arrive()
    environment.time = 50
    arrive()
    environment.time = 70
    replica.read('', 'lease', new Answers())
    expect(engine.instants.map(({ monotonic }) => monotonic)).toEqual([0, 0, 50, 50, 70])
  })

  it('carries its output out in the order in which it is stated', () => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.propose(7)
    const sequence = fixture.lastSequence
    const waiting = fixture.read()
    const reading = fixture.lastSequence
    fixture.journal.length = 0
    fixture.snapshots.create({ index: 4, epoch: 1, membership: majorityOf([1]) }).commit(() => {})
    fixture.engine.onStep = ({ type }) => fixture.journal.push(`input ${type}`)
    fixture.engine.onTake = () => fixture.journal.push('take')
    fixture.turn({
      send: send('2a', '3a', '2b'),
      persist: persist(1),
      sendAfter: [held(1, 'later')],
      snapshots: [{ type: 'install', meta: { index: 4, epoch: 1, membership: majorityOf([1]) } }],
      apply: [commandEntry(5, 7, sequence), commandEntry(6, 8)],
      replies: [{ type: 'readReady', sequence: reading, index: 6 }],
      timers: [{ name: 'x', range: { min: 5, max: 5 } }],
      resets: [3],
      fetch: { from: 1, to: 2 },
    })
    expect(fixture.journal).toEqual([
      'input peerUp',
      'take',
      'frame to 2',
      'frame to 3',
      'write setHardState',
      'change 7',
      'answer 7',
      'change 8',
      'input applied',
      'read',
      'reset 3',
      'read 1-2',
    ])
    expect([mine.text, waiting.text]).toEqual(['1 at 5', '"7,8" at 6'])
    expect(fixture.takeSent()).toEqual(['2: 2a,2b', '3: 3a'])
    expect(fixture.machine.restores).toBe(1)
    fixture.log.reads[0]!.done([commandEntry(1, 1)])
    expect(fixture.engine.of('fetched')).toMatchObject([{ from: 1, entries: [{ index: 1 }] }])
  })

  it('sends one frame to each peer, with what was held until now in front', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ persist: persist(1), sendAfter: [held(1, '2 held')] })
    fixture.turn({ persist: persist(2), sendAfter: [held(2, '2 too')] })
    fixture.takeSent()
    fixture.log.complete(0)
    fixture.log.complete(1)
    fixture.engine.outputs.push({ send: send('2 now', '3 now') })
    fixture.environment.turn()
    expect(fixture.takeSent()).toEqual(['2: 2 held,2 too,2 now', '3: 3 now'])
  })

  it('counts what it sends and applies', () => {
    const fixture = ReplicaFixture.started()
    const entries = [commandEntry(1, 1), commandEntry(2, 2)]
    fixture.turn({ send: [{ to: 2, message: note('a', entries) }, ...send('3b')] })
    fixture.turn({ apply: [...entries, makeEntry(3, 1, 0, 'noop', undefined, new Uint8Array(0))] })
    const bytes = fixture.transport.sent.reduce((sum, frame) => sum + frame.bytes.length, 0)
    expect(fixture.replica.counters).toMatchObject({
      messages: { Note: 2 },
      entriesSent: 2,
      entryMessages: 1,
      bytesSent: bytes,
      applied: 2,
    })
  })

  it('encodes new entries once, before they are sent and written', () => {
    const fixture = ReplicaFixture.started()
    const entries = [commandEntry(1, 1), commandEntry(2, 2)]
    fixture.turn({
      send: [{ to: 2, message: note('a', entries) }],
      persist: persist(1, { type: 'append', entries }),
    })
    expect(entries[0]!.encoded!.buffer).toBe(entries[1]!.encoded!.buffer)
    expect(entries[0]!.data.buffer).toBe(entries[0]!.encoded!.buffer)
  })

  it('hands trace events on', () => {
    const names: string[] = []
    const fixture = ReplicaFixture.started({ replica: { onTrace: ({ name }) => void names.push(name) } })
    const event = { node: 1, epoch: 1, rule: '', detail: {} }
    fixture.turn({
      events: [
        { ...event, name: 'a' },
        { ...event, name: 'b' },
      ],
    })
    expect(names).toEqual(['a', 'b'])
  })
})

describe('held messages', () => {
  it('leave when their persist is durable, and the engine hears of that', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ persist: persist(1), sendAfter: [held(1, 'a', 'b')] })
    expect(fixture.takeSent()).toEqual([])
    fixture.log.complete(0)
    fixture.environment.turn()
    expect(fixture.takeSent()).toEqual(['2: a,b'])
    expect(fixture.engine.of('persisted')).toEqual([{ type: 'persisted', token: { epoch: 1, sequence: 1 } }])
  })

  it('leave in order, even if the store completes out of order', () => {
    const fixture = ReplicaFixture.started()
    for (const sequence of [1, 2, 3]) {
      fixture.turn({ persist: persist(sequence), sendAfter: [held(sequence, `${sequence}`)] })
    }
    fixture.log.complete(2)
    fixture.log.complete(1)
    fixture.environment.settle()
    expect([fixture.takeSent(), fixture.engine.of('persisted')]).toEqual([[], []])
    fixture.log.complete(0)
    fixture.environment.settle()
    expect(fixture.takeSent()).toEqual(['2: 1,2,3'])
    expect(fixture.engine.of('persisted').map(({ token }) => token.sequence)).toEqual([1, 2, 3])
  })

  it('wait for the last persist under way where their own turn has none', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ persist: persist(1) })
    fixture.turn({ persist: persist(2) })
    fixture.turn({ sendAfter: [held(2, 'a')] })
    fixture.log.complete(0)
    fixture.environment.settle()
    expect(fixture.takeSent()).toEqual([])
    fixture.log.complete(1)
    fixture.environment.settle()
    expect(fixture.takeSent()).toEqual(['2: a'])
    fixture.turn({ sendAfter: [held(2, 'late')] })
    expect(fixture.takeSent()).toEqual(['2: late'])
  })

  it('never leave if a write before theirs has failed', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ persist: persist(1), sendAfter: [held(1, 'a')] })
    fixture.turn({ persist: persist(2), sendAfter: [held(2, 'b')] })
    fixture.log.complete(0, new Error('the disk is gone'))
    fixture.log.complete(1)
    fixture.environment.settle()
    expect(fixture.takeSent()).toEqual([])
    expect(fixture.engine.of('persisted')).toEqual([])
  })
})

describe('messages to itself', () => {
  it('arrive, and have a turn of their own', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ send: [{ to: 1, message: note('me') }, ...send('2a')] })
    expect(fixture.engine.received).toEqual(['1: me'])
    expect(fixture.takeSent()).toEqual(['2: 2a'])
    expect(fixture.environment.isIdle).toBe(false)
  })

  it('wait for the disk if they are held', () => {
    const fixture = ReplicaFixture.started()
    const envelopes = [{ to: 1, message: note('my vote') }]
    fixture.turn({ persist: persist(1), sendAfter: [{ token: { epoch: 1, sequence: 1 }, envelopes }] })
    expect(fixture.engine.received).toEqual([])
    fixture.log.complete(0)
    expect(fixture.engine.received).toEqual(['1: my vote'])
  })
})

describe('timers', () => {
  it('run out as inputs', () => {
    const fixture = ReplicaFixture.started()
    fixture.environment.fraction = 0.25
    fixture.turn({ timers: [{ name: 'election', range: { min: 100, max: 200 } }] })
    fixture.environment.advance(124)
    expect(fixture.engine.of('timeout')).toEqual([])
    fixture.environment.advance(1)
    expect(fixture.engine.of('timeout')).toEqual([{ type: 'timeout', timer: 'election' }])
  })

  it('run out while a write is under way', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ persist: persist(1), timers: [{ name: 'heartbeat', range: { min: 5, max: 5 } }] })
    fixture.environment.advance(5)
    expect(fixture.engine.of('timeout')).toHaveLength(1)
  })
})

describe('the state', () => {
  it('is told at the end of a turn in which it changed, and of no other', () => {
    const fixture = ReplicaFixture.started()
    expect(fixture.states).toHaveLength(1)
    fixture.turn({})
    fixture.engine.view.commitIndex = 9
    fixture.turn({})
    expect(fixture.states).toHaveLength(1)
    fixture.engine.view.role = 'leader'
    expect(fixture.states).toHaveLength(1)
    fixture.turn({})
    for (const change of [{ epoch: 2 }, { leader: 1 }, { established: true }]) {
      Object.assign(fixture.engine.view, change)
      fixture.turn({})
      fixture.turn({})
    }
    expect(
      fixture.states.map(({ role, epoch, leader, established }) => [role, epoch, leader, established]),
    ).toEqual([
      ['follower', 1, undefined, false],
      ['leader', 1, undefined, false],
      ['leader', 2, undefined, false],
      ['leader', 2, 1, false],
      ['leader', 2, 1, true],
    ])
  })

  it('is seen from outside with where the machine stands', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({ apply: [commandEntry(1, 5)] })
    expect(fixture.replica.observe()).toMatchObject({
      node: 1,
      appliedIndex: 1,
      digest: fixture.machine.digest(),
    })
  })
})

describe('changes', () => {
  it('reach every listener with their index, until it lets go', () => {
    const fixture = ReplicaFixture.started()
    const heard: unknown[] = []
    const stop = fixture.replica.onChange((change, index) => heard.push([change, index]))
    fixture.turn({ apply: [commandEntry(1, 5), commandEntry(2, 6)] })
    stop()
    fixture.turn({ apply: [commandEntry(3, 7)] })
    expect(heard).toEqual([
      [5, 1],
      [6, 2],
    ])
  })
})

describe('a start', () => {
  it('gives the machine the entries’ context, and nothing but commands', () => {
    const fixture = ReplicaFixture.started()
    fixture.turn({
      apply: [
        makeEntry(1, 3, 0, 'noop', undefined, new Uint8Array(0)),
        makeEntry(2, 3, 77, 'command', { replica: 2, sequence: 5 }, Uint8Array.of(4)),
        makeEntry(3, 3, 0, 'membership', undefined, encodeMembership(majorityOf([1]))),
      ],
    })
    expect(fixture.machine.contexts).toEqual([
      { index: 2, epoch: 3, time: 77, request: { replica: 2, sequence: 5 } },
    ])
    expect(fixture.replica.observe().appliedIndex).toBe(3)
    expect(fixture.engine.of('applied')).toEqual([{ type: 'applied', index: 3 }])
  })

  it('happens once', () => {
    const fixture = ReplicaFixture.started()
    expect(() => fixture.replica.start()).toThrow('a replica is started once')
  })

  it('restores the newest snapshot that the log agrees with, and tells the engine how far that is', () => {
    const first = new ReplicaFixture()
    const meta = { index: 2, epoch: 1, membership: majorityOf([1, 2]) }
    const writer = first.snapshots.create(meta)
    writer.write(Uint8Array.of(5, 6), () => {})
    writer.commit(() => {})
    first.snapshots.create({ ...meta, index: 9 }).commit(() => {})
    const log: StorageOperation[] = [{ type: 'append', entries: [commandEntry(1, 5), commandEntry(2, 6)] }]
    const fixture = new ReplicaFixture({ log, snapshotStore: first.snapshots })
    expect(fixture.machine.values).toEqual([5, 6])
    expect(fixture.engine.init).toMatchObject({ self: 1, snapshot: meta })
    expect(fixture.replica.observe().appliedIndex).toBe(2)
  })

  it('is refused if the log starts after every snapshot', () => {
    const meta = { index: 2, epoch: 1, membership: majorityOf([1, 2]) }
    expect(() => new ReplicaFixture({ log: [{ type: 'installSnapshot', meta }] })).toThrow(
      'the log starts after index 2 but no snapshot reaches it',
    )
  })
})
