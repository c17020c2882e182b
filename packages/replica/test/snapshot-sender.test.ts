import { describe, expect, it } from 'vitest'
import { TransferLab, content, metaOf, pieceBytes } from './support/transfer-lab.ts'

const meta = metaOf(7)
const size = 10 * pieceBytes

function progress(transfer: number, offset: number, complete = false) {
  return { type: 'progress', transfer, offset, complete } as const
}

/** A lab whose sender has offered transfer 1000 and is answered by the test alone. */
function offered(): TransferLab {
  const lab = new TransferLab()
  lab.source.put(meta, content(size))
  lab.start('hello')
  return lab
}

function offsets(lab: TransferLab): number[] {
  return lab.of('piece').map(({ offset }) => offset / pieceBytes)
}

describe('SnapshotSender', () => {
  it('offers the newest snapshot with the engine’s message, and sends nothing before the answer', () => {
    const lab = new TransferLab()
    lab.source.put(metaOf(3), content(9)).put(meta, content(size))
    lab.start('hello')
    const message = new TextEncoder().encode('hello')
    expect(lab.sent).toEqual([{ type: 'offer', transfer: 1000, meta, size, message }])
  })

  it('is at most four pieces ahead of the answers', () => {
    const lab = offered()
    lab.sender.onFrame(2, progress(1000, 0))
    expect(offsets(lab)).toEqual([0, 1, 2, 3])
    lab.sender.onFrame(2, progress(1000, 2 * pieceBytes))
    expect(offsets(lab)).toEqual([0, 1, 2, 3, 4, 5])
    lab.sender.onFrame(2, progress(1000, 2 * pieceBytes))
    expect(offsets(lab)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('begins where the receiver says, and ends when it says so', () => {
    const lab = offered()
    lab.sender.onFrame(2, progress(1000, 8 * pieceBytes))
    expect(offsets(lab)).toEqual([8, 9])
    lab.sender.onFrame(2, progress(1000, size))
    expect(lab.ends).toEqual([])
    lab.sender.onFrame(2, progress(1000, size, true))
    lab.sender.onFrame(2, progress(1000, size, true))
    expect([lab.ends, lab.source.readersOpen, lab.environment.running]).toEqual([['sent 7 to 2'], 0, 0])
  })

  it('asks again where nothing is heard, goes back to what is confirmed, and gives up after ten times', () => {
    const lab = offered()
    lab.sender.onFrame(2, progress(1000, pieceBytes))
    expect(offsets(lab)).toEqual([1, 2, 3, 4])
    lab.environment.advance(999)
    expect(lab.of('offer')).toHaveLength(1)
    lab.environment.advance(1)
    expect(lab.of('offer')).toHaveLength(2)
    lab.sender.onFrame(2, progress(1000, 2 * pieceBytes))
    expect(offsets(lab)).toEqual([1, 2, 3, 4, 2, 3, 4, 5])
    lab.environment.advance(10_000)
    expect([lab.of('offer').length, lab.ends]).toEqual([12, []])
    lab.environment.advance(1000)
    expect([lab.of('offer').length, lab.ends]).toEqual([12, ['the receiver does not answer']])
    expect([lab.source.readersOpen, lab.environment.running]).toEqual([0, 0])
  })

  it('gives up on a receiver that answers for a minute but holds no more than before', () => {
    const lab = offered()
    for (let second = 0; second < 59; second++) {
      lab.sender.onFrame(2, progress(1000, 0))
      lab.environment.advance(1000)
    }
    lab.sender.onFrame(2, progress(1000, pieceBytes))
    for (let second = 0; second < 60; second++) {
      expect(lab.ends).toEqual([])
      lab.environment.advance(1000)
      lab.sender.onFrame(2, progress(1000, pieceBytes))
    }
    lab.environment.advance(1000)
    expect(lab.ends).toEqual(['the receiver gets no further'])
  })

  it('fails where it is refused, or where the receiver claims more than there is', () => {
    for (const [frame, cause] of [
      [{ type: 'refuse', transfer: 1000 } as const, 'the receiver refused it'],
      [progress(1000, size + 1), 'the receiver holds more than there is'],
    ] as const) {
      const lab = offered()
      lab.sender.onFrame(2, frame)
      expect([lab.ends, lab.source.readersOpen, lab.environment.running]).toEqual([[cause], 0, 0])
    }
  })

  it('does not heed others, nor frames of other transfers', () => {
    const lab = offered()
    lab.sender.onFrame(3, progress(1000, size, true))
    lab.sender.onFrame(2, progress(999, size, true))
    lab.sender.onFrame(3, { type: 'refuse', transfer: 1000 })
    expect([lab.ends, offsets(lab)]).toEqual([[], []])
  })

  it.each([
    ['open', 'the file is gone'],
    ['read', 'chunk 3 is damaged'],
  ] as const)('fails where the disk fails to %s', (kind, cause) => {
    const lab = new TransferLab()
    lab.source.put(meta, content(size)).failures.set(kind, new Error(cause))
    lab.start('hello')
    lab.settle()
    expect([lab.ends, lab.source.readersOpen, lab.environment.running]).toEqual([[cause], 0, 0])
  })

  it('fails where the snapshot ends before its end', () => {
    const lab = new TransferLab()
    lab.source.put(meta, content(size))
    const none = new Uint8Array(0)
    lab.source.open = (which, done) => {
      done(
        { meta: which, size, read: (_from, _length, ready) => ready(none, undefined), close: () => {} },
        undefined,
      )
    }
    lab.start('hello')
    lab.settle()
    expect(lab.ends).toEqual(['the snapshot ends early'])
  })

  it('sends to several at once, and to one the last that was ordered', () => {
    const lab = offered()
    lab.start('other', 3)
    expect(lab.source.readersOpen).toBe(2)
    lab.start('again')
    expect(lab.source.readersOpen).toBe(2)
    lab.sender.onFrame(2, progress(1000, size, true))
    lab.sender.onFrame(3, progress(1001, size, true))
    lab.sender.onFrame(2, progress(1002, size, true))
    expect(lab.ends).toEqual(['sent 7 to 3', 'sent 7 to 2'])
    expect([lab.source.readersOpen, lab.environment.running]).toEqual([0, 0])
  })

  it.each([
    ['the link breaks', (lab: TransferLab) => lab.sender.peerDown(2)],
    ['it is stopped', (lab: TransferLab) => lab.sender.stop()],
  ])('is silent and lets go of everything when %s, at any time', (_, end) => {
    for (let steps = 0; steps < 6; steps++) {
      const lab = new TransferLab()
      lab.source.put(meta, content(size)).isSlow = true
      lab.start('hello')
      for (let i = 0; i < steps; i++) {
        lab.source.complete()
        lab.deliver()
      }
      end(lab)
      const sent = lab.sent.length
      while (lab.source.waiting.length > 0) lab.source.complete()
      lab.environment.advance(60_000)
      expect([lab.ends, lab.sent.length - sent]).toEqual([[], 0])
      expect([lab.source.readersOpen, lab.environment.running]).toEqual([0, 0])
    }
  })

  it('begins only the last of several that were ordered while the disk was slow', () => {
    const lab = new TransferLab()
    lab.source.put(meta, content(9)).isSlow = true
    lab.start('first')
    lab.start('second')
    lab.settle()
    expect([lab.received, lab.ends]).toEqual([['second 7.1'], ['sent 7 to 2']])
    expect(lab.of('offer')).toHaveLength(1)
    expect(lab.source.readersOpen).toBe(0)
  })
})
