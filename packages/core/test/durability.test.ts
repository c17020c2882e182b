import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginPersist,
  createDurability,
  endPersist,
  isDurable,
  noteTruncation,
  takeToken,
} from '../src/index.ts'

/** Something that happens to a log whose writes take time. */
type Happening =
  | { readonly type: 'append'; readonly count: number }
  | { readonly type: 'truncate'; readonly share: number }
  | { readonly type: 'persist' }
  | { readonly type: 'complete'; readonly count: number }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('truncate' as const), share: fc.constantFrom(0, 0.3, 0.5, 0.8, 0.9, 1) }),
  fc.record({ type: fc.constant('persist' as const) }),
  fc.record({ type: fc.constant('complete' as const), count: fc.integer({ min: 1, max: 3 }) }),
)

/** The reference: every value ever put at an index has a name of its own, and writes carry the whole log. */
class NamedLog {
  log: number[] = []
  private disk: readonly number[] = []
  private readonly writes: (readonly number[])[] = []
  private names = 0

  append(): void {
    this.log.push(++this.names)
  }

  persist(): void {
    this.writes.push([...this.log])
  }

  complete(): void {
    this.disk = this.writes.shift() ?? this.disk
  }

  get outstanding(): number {
    return this.writes.length
  }

  /** How much of the log, from its start, the disk holds with the very same values. */
  get durable(): number {
    const differing = this.log.findIndex((name, i) => this.disk[i] !== name)
    return differing === -1 ? this.log.length : differing
  }
}

function run(happenings: readonly Happening[]): void {
  const model = new NamedLog()
  const durability = createDurability(0)
  const sequences: number[] = []
  for (const each of happenings) {
    if (each.type === 'append') {
      for (let i = 0; i < each.count; i++) model.append()
    } else if (each.type === 'truncate') {
      // As engines do: what was not handed out yet is dropped as well, but nothing of it was ever counted.
      const index = Math.floor(each.share * model.log.length)
      model.log.length = index
      noteTruncation(durability, index)
    } else if (each.type === 'persist') {
      model.persist()
      sequences.push(beginPersist(durability, model.log.length))
    } else {
      const done = sequences.splice(0, each.count)
      for (let i = 0; i < done.length; i++) model.complete()
      if (done.length > 0) endPersist(durability, done.at(-1)!)
    }
    expect(durability.durableIndex).toBeLessThanOrEqual(model.durable)
    expect(isDurable(durability)).toBe(model.outstanding === 0)
  }
  for (const sequence of sequences) {
    model.complete()
    endPersist(durability, sequence)
  }
  model.persist()
  endPersist(durability, beginPersist(durability, model.log.length))
  model.complete()
  expect(durability.durableIndex).toBe(model.log.length)
}

describe('durability', () => {
  it('never counts an entry that the disk does not hold, and counts all once everything is written', () => {
    fc.assert(fc.property(fc.array(happening, { maxLength: 40 }), run), { numRuns: 1000 })
  })

  it('does not count an old write for the entries that replaced its own (the ABA race)', () => {
    const durability = createDurability(0)
    const first = beginPersist(durability, 5) // a a a a a
    noteTruncation(durability, 2) //              a a
    const second = beginPersist(durability, 5) // a a b b b
    endPersist(durability, first)
    expect(durability.durableIndex).toBe(2)
    expect(isDurable(durability)).toBe(false)
    endPersist(durability, second)
    expect(durability.durableIndex).toBe(5)
    expect(isDurable(durability)).toBe(true)
  })

  it('takes a completion for those before it as well, and a late one for nothing', () => {
    const durability = createDurability(3)
    const [a, b] = [beginPersist(durability, 4), beginPersist(durability, 6)]
    endPersist(durability, b)
    expect(durability).toMatchObject({ durableIndex: 6, durableSequence: b, outstanding: [] })
    noteTruncation(durability, 1)
    endPersist(durability, a)
    endPersist(durability, b)
    expect(durability).toMatchObject({ durableIndex: 1, durableSequence: b })
  })

  it('does not fall when a write that ends lower comes later', () => {
    const durability = createDurability(9)
    endPersist(durability, beginPersist(durability, 4))
    expect(durability.durableIndex).toBe(9)
  })
})

describe('takeToken', () => {
  it('names a new persist, else the last one under way, else nothing', () => {
    const durability = createDurability(0)
    expect(takeToken(durability, 7, false, 0)).toBeUndefined()
    expect(takeToken(durability, 7, true, 2)).toEqual({ epoch: 7, sequence: 1 })
    expect(takeToken(durability, 7, true, 3)).toEqual({ epoch: 7, sequence: 2 })
    expect(takeToken(durability, 8, false, 3)).toEqual({ epoch: 8, sequence: 2 })
    endPersist(durability, 1)
    expect(takeToken(durability, 8, false, 3)).toEqual({ epoch: 8, sequence: 2 })
    endPersist(durability, 2)
    expect(takeToken(durability, 8, false, 3)).toBeUndefined()
    expect(durability.durableIndex).toBe(3)
  })
})
