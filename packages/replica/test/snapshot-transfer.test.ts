import { equalBytes } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransferLab, content, metaOf, pieceBytes } from './support/transfer-lab.ts'

const meta = metaOf(7)
const sizes = [0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 6 * pieceBytes + 5]

/** `bytesPerSecond`: no faster than that. */
function labWith(size: number, bytesPerSecond?: number): TransferLab {
  const lab = new TransferLab(bytesPerSecond)
  lab.source.put(meta, content(size))
  return lab
}

/** Something that happens to a transfer. `place` chooses among what is there. */
type Trouble = readonly [
  kind:
    | 'deliver'
    | 'drop'
    | 'repeat'
    | 'damage'
    | 'break'
    | 'wait'
    | 'disk'
    | 'restart receiver'
    | 'restart sender',
  place: number,
]

const trouble: fc.Arbitrary<Trouble> = fc.tuple(
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('deliver' as const, 'disk' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom('drop' as const, 'repeat' as const, 'damage' as const, 'wait' as const),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('break' as const, 'restart receiver' as const, 'restart sender' as const),
    },
  ),
  fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) }),
)

function make(lab: TransferLab, [kind, place]: Trouble): void {
  const at = place % Math.max(1, lab.inFlight.length)
  const flight = lab.inFlight[at]
  if (kind === 'deliver') lab.deliver(at)
  else if (kind === 'drop') lab.inFlight.splice(at, 1)
  else if (kind === 'repeat' && flight !== undefined) lab.inFlight.push(flight)
  else if (kind === 'damage' && flight !== undefined) {
    const bytes = flight.bytes.slice()
    // The content of a piece, which nothing but its checksum can tell from another.
    if (bytes[1] === 1 && bytes.length > 30) bytes[30 + (place % (bytes.length - 30))]! ^= 1 + place
    lab.inFlight[at] = { ...flight, bytes }
  } else if (kind === 'wait') lab.environment.advance(1000)
  else if (kind === 'disk') {
    lab.source.complete()
    lab.target.complete()
  } else if (kind === 'break') lab.breakLink()
  else if (kind === 'restart receiver') lab.restartReceiver()
  else if (kind === 'restart sender') lab.restartSender()
}

/** Nothing goes wrong any more: the engine orders a transfer whenever there is none, for a minute. */
function finish(lab: TransferLab): void {
  for (let second = 0; second < 60 && !lab.ends.at(-1)?.startsWith('sent'); second++) {
    if (!lab.isSending) lab.start(`again ${second}`)
    lab.settle()
    lab.environment.advance(1000)
  }
}

describe('a transfer', () => {
  it.each(sizes)('of %i bytes arrives whole', (size) => {
    const lab = labWith(size)
    lab.start('hello')
    lab.settle()
    expect([lab.ends, lab.received]).toEqual([['sent 7 to 2'], ['hello 7.1']])
    expect(equalBytes(lab.target.bytesOf(meta), content(size))).toBe(true)
    expect([lab.source.readersOpen, lab.environment.running, lab.target.list]).toEqual([0, 0, [meta]])
  })

  it('over links that lose, repeat, reorder and damage frames, that break, with processes that restart and slow disks: arrives whole or fails, and then arrives', () => {
    fc.assert(
      fc.property(
        fc.array(trouble, { maxLength: 80 }),
        fc.constantFrom(...sizes),
        fc.boolean(),
        fc.constantFrom(Infinity, pieceBytes, 3 * pieceBytes),
        (troubles, size, slow, pace) => {
          const lab = labWith(size, pace)
          lab.source.isSlow = slow
          lab.target.isSlow = slow
          lab.start('first')
          for (const each of troubles) {
            make(lab, each)
            for (const stored of lab.target.list) {
              expect(equalBytes(lab.target.bytesOf(stored), content(size))).toBe(true)
            }
            expect(lab.storageErrors).toEqual([])
          }
          finish(lab)
          expect(lab.ends.at(-1)).toBe('sent 7 to 2')
          expect(lab.received.length).toBeGreaterThan(0)
          expect(equalBytes(lab.target.bytesOf(meta), content(size))).toBe(true)
          expect([lab.source.readersOpen, lab.environment.running]).toEqual([0, 0])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('over a link that loses everything fails, after a while', () => {
    const lab = labWith(10)
    lab.start('hello')
    for (let second = 0; second < 60; second++) {
      lab.inFlight = []
      lab.environment.advance(1000)
    }
    expect(lab.ends).toEqual(['the receiver does not answer'])
    expect([lab.source.readersOpen, lab.environment.running]).toEqual([0, 0])
  })

  it('over a link that loses every piece fails, after a longer while', () => {
    const lab = labWith(10)
    lab.start('hello')
    for (let second = 0; second < 100; second++) {
      for (let i = lab.inFlight.length; i > 0; i--) {
        if (lab.inFlight[0]!.bytes[1] === 1) lab.inFlight.shift()
        else lab.deliver()
      }
      lab.environment.advance(1000)
    }
    expect(lab.ends).toEqual(['the receiver gets no further'])
  })

  it('takes a disk that stands still for half a minute for slow, not for gone', () => {
    const lab = labWith(3 * pieceBytes)
    lab.target.isSlow = true
    lab.start('hello')
    for (let second = 0; second < 30; second++) {
      while (lab.inFlight.length > 0) lab.deliver()
      lab.environment.advance(1000)
    }
    lab.settle()
    expect(lab.ends).toEqual(['sent 7 to 2'])
    expect(equalBytes(lab.target.bytesOf(meta), content(3 * pieceBytes))).toBe(true)
  })
})

describe('a transfer that breaks and is begun anew', () => {
  /** How many times each offset was delivered to the receiver. */
  function watched(lab: TransferLab): Map<number, number> {
    const delivered = new Map<number, number>()
    const { receiver } = lab
    const onFrame = receiver.onFrame.bind(receiver)
    receiver.onFrame = (peer, frame) => {
      if (frame.type === 'piece') delivered.set(frame.offset, (delivered.get(frame.offset) ?? 0) + 1)
      onFrame(peer, frame)
    }
    return delivered
  }

  it.each([false, true])(
    'goes on where it was: no byte that arrived is sent again (slow disks: %s)',
    (isSlow) => {
      for (let frames = 1; frames < 14; frames++) {
        const lab = labWith(6 * pieceBytes + 5)
        lab.source.isSlow = isSlow
        lab.target.isSlow = isSlow
        const delivered = watched(lab)
        lab.start('first')
        for (let i = 0; i < frames; i++) {
          lab.source.complete()
          lab.deliver()
          if (i % 3 === 0) lab.target.complete()
        }
        const before = new Set(delivered.keys())
        lab.breakLink()
        const start = lab.sent.length
        lab.start('second')
        lab.settle()
        const again = lab.sent.slice(start).flatMap((frame) => (frame.type === 'piece' ? [frame.offset] : []))
        expect(again.filter((offset) => before.has(offset))).toEqual([])
        expect([...delivered.values()].every((times) => times === 1)).toBe(true)
        expect([lab.ends, lab.received.at(-1)]).toEqual([['sent 7 to 2'], 'second 7.1'])
        expect(equalBytes(lab.target.bytesOf(meta), content(6 * pieceBytes + 5))).toBe(true)
      }
    },
  )

  it('after its end, of which the sender has not heard, sends nothing, but hands over the new message', () => {
    const lab = labWith(3 * pieceBytes)
    lab.start('first')
    while (lab.received.length === 0) lab.deliver()
    lab.breakLink()
    const pieces = lab.of('piece').length
    lab.start('second')
    lab.settle()
    expect(lab.of('piece')).toHaveLength(pieces)
    expect([lab.ends, lab.received]).toEqual([['sent 7 to 2'], ['first 7.1', 'second 7.1']])
  })

  it('goes on with the same snapshot of a sender that has restarted', () => {
    const lab = labWith(3 * pieceBytes)
    lab.start('first')
    for (let i = 0; i < 4; i++) lab.deliver()
    lab.restartSender()
    lab.inFlight = []
    const pieces = lab.of('piece').length
    lab.start('second')
    lab.settle()
    expect(lab.of('piece').slice(pieces)[0]!.offset).toBeGreaterThan(0)
    expect(lab.received).toEqual(['second 7.1'])
    expect(equalBytes(lab.target.bytesOf(meta), content(3 * pieceBytes))).toBe(true)
  })
})
