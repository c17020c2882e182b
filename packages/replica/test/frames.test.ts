import { majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTransfer } from '../src/snapshots/transfer-frames.ts'
import { ReplicaFixture, frameOf } from './support/replica-fixture.ts'
import { note } from './support/scripted-engine.ts'

const offer = {
  type: 'offer',
  transfer: 1,
  meta: { index: 1, epoch: 1, membership: majorityOf([1]) },
  size: 0,
} as const

const bad: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['a frame of no known kind', Uint8Array.of(7, ...frameOf(note('a')).subarray(1))],
  ['messages cut off', frameOf(note('a'), note('b')).subarray(0, -1)],
  ['messages of a newer layout', Uint8Array.of(1, 200, 0, 0, 0, 0)],
  ['a part of a transfer cut off', encodeTransfer({ type: 'refuse', transfer: 1 }).subarray(0, 5)],
  ['an unknown part of a transfer', Uint8Array.of(2, 9, 0, 0, 0, 0, 0, 0, 0, 0)],
  ['a snapshot whose message is none', encodeTransfer({ ...offer, message: Uint8Array.of(1, 2, 3) })],
  ['a snapshot without a message', encodeTransfer({ ...offer, message: frameOf() })],
  ['a snapshot with two messages', encodeTransfer({ ...offer, message: frameOf(note('a'), note('b')) })],
]

describe('bad bytes from a peer', () => {
  it.each(bad)('(%s) reset its link, and do nothing else', (_, bytes) => {
    const fixture = ReplicaFixture.started()
    const mine = fixture.propose(1)
    const inputs = fixture.engine.inputs.length
    fixture.transport.arrive(2, bytes)
    fixture.environment.settle()
    expect(fixture.transport.resets).toEqual([2])
    expect(fixture.engine.inputs).toHaveLength(inputs)
    expect([fixture.transport.sent, fixture.fatal, mine.all]).toEqual([[], [], []])
    fixture.transport.arrive(2, frameOf(note('good')))
    expect(fixture.engine.received).toEqual(['2: good'])
  })

  it('are told to the logger', () => {
    const warnings: object[] = []
    const logger = {
      debug: () => {},
      info: () => {},
      warn: (fields: object) => void warnings.push(fields),
      error: () => {},
    }
    const fixture = ReplicaFixture.started({ replica: { logger } })
    fixture.transport.arrive(2, Uint8Array.of(7))
    expect(warnings).toEqual([{ peer: 2, error: 'a frame of kind 7' }])
  })

  it('never stop the replica, whatever they are', () => {
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc
        .tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 50 }))
        .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
      fc
        .tuple(
          fc.constantFrom(...bad.map(([, bytes]) => bytes), frameOf(note('abc'))),
          fc.nat(),
          fc.nat({ max: 255 }),
        )
        .map(([bytes, at, value]) => (bytes.length === 0 ? bytes : bytes.with(at % bytes.length, value))),
    )
    const fixture = ReplicaFixture.started()
    fc.assert(
      fc.property(frames, (bytes) => {
        fixture.transport.arrive(2, bytes)
        fixture.environment.turn()
        expect(fixture.fatal).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })
})

describe('frames', () => {
  it('with several messages give them in their order', () => {
    const fixture = ReplicaFixture.started()
    fixture.transport.arrive(3, frameOf(note('a'), note('b')))
    fixture.transport.arrive(2, frameOf(note('c')))
    expect(fixture.engine.received).toEqual(['3: a', '3: b', '2: c'])
  })
})

describe('a peer whose queue is full', () => {
  it('has its link made anew, and others do not', () => {
    const fixture = ReplicaFixture.started()
    fixture.transport.full.add(2)
    fixture.turn({
      send: [
        { to: 2, message: note('a') },
        { to: 2, message: note('b') },
        { to: 3, message: note('c') },
      ],
    })
    expect(fixture.takeSent()).toEqual(['2: a,b', '3: c'])
    expect(fixture.transport.resets).toEqual([2])
    fixture.transport.full.clear()
    fixture.turn({ send: [{ to: 2, message: note('d') }] })
    expect(fixture.takeSent()).toEqual(['2: d'])
    expect(fixture.transport.resets).toEqual([2])
  })
})

describe('links', () => {
  it('that come up and break are told to the engine', () => {
    const { engine, transport } = ReplicaFixture.started()
    transport.events!.peerUp(2)
    transport.events!.peerDown(2)
    expect(engine.inputs).toEqual([
      { type: 'peerUp', peer: 2 },
      { type: 'peerDown', peer: 2 },
    ])
  })
})
