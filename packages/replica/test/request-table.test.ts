import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RequestTable } from '../src/index.ts'

interface Item {
  readonly id: number
}

type Model = Map<number, Item>
type TableCommand = fc.Command<{ map: Model; next: number }, RequestTable<Item>>

const first = 2 ** 32

function check({ map, next }: { map: Model; next: number }, table: RequestTable<Item>): void {
  const oldest = [...map.keys()].sort((a, b) => a - b)[0]
  expect(table.size).toBe(map.size)
  expect(table.oldest()).toBe(oldest === undefined ? undefined : map.get(oldest))
  expect(table.lastSequence).toBe(next - 1)
}

/** Many at once, so that the table lets go of its beginning now and then. */
const adding = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 6000 })).map((count): TableCommand => ({
  check: () => true,
  run(model, table) {
    for (let i = 0; i < count; i++) {
      const item = { id: model.next }
      expect(table.add(item)).toBe(model.next)
      model.map.set(model.next, item)
      model.next += 1
    }
    check(model, table)
  },
  toString: () => `add ${count}`,
}))

const share = fc.noBias(fc.nat({ max: 1000 })).map((thousandths) => thousandths / 1000)

/** A sequence from below the first to above the last. */
function at(part: number, next: number): number {
  return first - 3 + Math.floor(part * (next - first + 6))
}

const removing = share.map((part): TableCommand => ({
  check: () => true,
  run(model, table) {
    const sequence = at(part, model.next)
    expect(table.get(sequence)).toBe(model.map.get(sequence))
    expect(table.remove(sequence)).toBe(model.map.get(sequence))
    model.map.delete(sequence)
    expect(table.get(sequence)).toBeUndefined()
    check(model, table)
  },
  toString: () => `remove ${part}`,
}))

const removingMany = fc.tuple(share, fc.integer({ min: 1, max: 4 })).map(([part, modulus]): TableCommand => ({
  check: () => true,
  run(model, table) {
    const end = at(part, model.next)
    const choose = ({ id }: Item): boolean => id % modulus === 0
    const expected = [...model.map.values()].filter((item) => item.id <= end && choose(item))
    expect(table.removeUpTo(end, choose)).toEqual(expected)
    for (const { id } of expected) model.map.delete(id)
    check(model, table)
  },
  toString: () => `removeUpTo ${part}, every ${modulus}.`,
}))

describe('RequestTable', () => {
  it('does what a map from sequences does', () => {
    fc.assert(
      fc.property(
        fc.commands([adding, removing, removing, removingMany], { maxCommands: 40, size: 'max' }),
        (commands) => {
          fc.modelRun(
            () => ({ model: { map: new Map(), next: first }, real: new RequestTable<Item>(first) }),
            commands,
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  it('goes on counting when everything has ended', () => {
    const table = new RequestTable<Item>(first)
    for (let i = 0; i < 20_000; i++) table.remove(table.add({ id: i }))
    expect([table.size, table.oldest(), table.lastSequence]).toEqual([0, undefined, first + 19_999])
    expect(table.add({ id: 1 })).toBe(first + 20_000)
    expect(table.oldest()).toEqual({ id: 1 })
  })
})
