import { describe, expect, it } from 'vitest'
import { Pace } from '../src/snapshots/pace.ts'
import { TransferLab, content, metaOf, pieceBytes } from './support/transfer-lab.ts'

const meta = metaOf(7)

/** Carries a whole transfer out, link and disks taking no time; gives the milliseconds that it took. */
function carryOut(lab: TransferLab, ends: number): number {
  for (let steps = 0; lab.ends.length < ends; steps++) {
    if (steps > 100_000) throw new Error('it does not end')
    lab.settle()
    if (lab.ends.length < ends) lab.environment.advance(1)
  }
  return lab.environment.time
}

describe('Pace', () => {
  it('lets what was saved up in a tenth of a second go at once, and no more', () => {
    const pace = new Pace(1000)
    expect([pace.reserve(100, 0), pace.reserve(100, 0), pace.reserve(50, 0)]).toEqual([0, 0, 100])
    expect(pace.reserve(100, 1_000)).toBe(0)
    expect(pace.reserve(100, 1_000)).toBe(0)
    expect(pace.reserve(1, 1_000)).toBe(100)
  })

  it('holds over any time what it says, to within that tenth and one piece', () => {
    const pace = new Pace(10_000)
    let now = 0
    let sent = 0
    for (let i = 0; i < 500; i++) {
      now += pace.reserve(70 + (i % 60), now)
      sent += 70 + (i % 60)
      expect(sent).toBeLessThanOrEqual((10_000 * now) / 1000 + 1000 + 130)
    }
    expect(sent).toBeGreaterThan((10_000 * now) / 1000)
  })

  it('without a limit keeps nothing waiting', () => {
    const pace = new Pace(Infinity)
    for (let i = 0; i < 10; i++) expect(pace.reserve(1e12, 0)).toBe(0)
  })
})

describe('a transfer with a limit on bytes a second', () => {
  it('takes as long as its bytes do, and neither asks again nor gives up meanwhile', () => {
    const lab = new TransferLab(pieceBytes / 4) // a piece takes four seconds
    lab.source.put(meta, content(20 * pieceBytes))
    lab.start('hello')
    const time = carryOut(lab, 1)
    expect(lab.ends).toEqual(['sent 7 to 2'])
    expect(time).toBeGreaterThan(19 * 4000 - 200)
    expect(time).toBeLessThan(20 * 4000)
    expect(lab.of('offer')).toHaveLength(1)
    expect(lab.of('piece')).toHaveLength(20)
    expect([lab.source.readersOpen, lab.environment.running]).toEqual([0, 0])
  })

  it('still asks again where pieces get lost', () => {
    const lab = new TransferLab(pieceBytes * 2)
    lab.source.put(meta, content(6 * pieceBytes))
    lab.start('hello')
    lab.settle()
    lab.environment.advance(600)
    lab.inFlight = []
    carryOut(lab, 1)
    expect(lab.ends).toEqual(['sent 7 to 2'])
    expect(lab.of('offer').length).toBeGreaterThan(1)
    expect(lab.target.list.map(({ index }) => index)).toEqual([7])
  })

  it('that breaks off while a piece waits leaves nothing running', () => {
    const lab = new TransferLab(1000)
    lab.source.put(meta, content(6 * pieceBytes))
    lab.start('hello')
    lab.settle()
    expect(lab.environment.running).toBeGreaterThan(0)
    lab.breakLink()
    expect([lab.source.readersOpen, lab.environment.running, lab.isSending]).toEqual([0, 0, false])
  })

  it('shares it with the others: two to two members take twice as long, and end together', () => {
    const lab = new TransferLab(pieceBytes)
    const size = 10 * pieceBytes
    lab.source.put(meta, content(size))
    for (const peer of [2, 3]) lab.start('hello', peer)
    // Both members take each piece as it comes.
    const held = new Map<number, number>()
    for (let i = 0; i < 100_000 && lab.ends.length < 2; i++) {
      for (const frame of lab.sent.splice(0)) {
        if (frame.type === 'offer') held.set(frame.transfer, held.get(frame.transfer) ?? 0)
        else if (frame.type === 'piece') held.set(frame.transfer, frame.offset + frame.bytes.length)
      }
      for (const [transfer, offset] of held) {
        const peer = transfer === 1000 ? 2 : 3
        lab.sender.onFrame(peer, { type: 'progress', transfer, offset, complete: offset === size })
        if (offset === size) held.delete(transfer)
      }
      while (lab.source.waiting.length > 0) lab.source.complete()
      if (i === 10_000) expect(Math.abs(held.get(1000)! - held.get(1001)!)).toBeLessThanOrEqual(pieceBytes)
      lab.environment.advance(1)
    }
    expect(lab.ends).toEqual(['sent 7 to 2', 'sent 7 to 3'])
    expect(lab.environment.time).toBeGreaterThan(18_000)
    expect(lab.environment.time).toBeLessThan(20_000)
  })
})
