import { describe, expect, it } from 'vitest'
import { MomentRandom, Random, drawCalls } from '../../src/index.ts'

describe('a stream of moments', () => {
  it('gives what the time gives, whatever was drawn before', () => {
    const time = { now: 0 }
    const busy = new MomentRandom(7, time).split('link')
    const quiet = new MomentRandom(7, time).split('link')
    for (time.now = 1; time.now < 50; time.now++) for (let i = 0; i < time.now % 5; i++) busy.bits()
    const draws = (random: Random): number[] => [random.bits(), random.bits(), random.bits()]
    const now = draws(busy)
    expect(now).toEqual(draws(quiet))
    expect(new Set(now).size).toBe(3)
    time.now = 51
    expect(draws(quiet)).not.toEqual(now)
    expect(draws(new MomentRandom(7, time).split('disk'))).not.toEqual(draws(busy))
  })
})

describe('the calls of a client', () => {
  const frame = { clients: 3, operations: 10, thinkTime: 50 }

  it('have serials of their own, and come one after the other', () => {
    const all = [1, 2, 3].flatMap((client) => [...drawCalls(client, frame, new Random(1))])
    expect(all.map(({ serial }) => serial).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const own = [...drawCalls(2, frame, new Random(1))]
    expect(own.map(({ serial, client }) => [serial, client])).toEqual([
      [2, 2],
      [5, 2],
      [8, 2],
    ])
    expect(own[0]!.at).toBeGreaterThan(0)
    expect(own.every(({ at }, i) => i === 0 || at >= own[i - 1]!.at)).toBe(true)
  })

  it('do not depend on how many there are', () => {
    const fewer = [...drawCalls(1, { ...frame, operations: 4 }, new Random(1))]
    expect([...drawCalls(1, frame, new Random(1))].slice(0, 2)).toEqual(fewer)
  })
})
