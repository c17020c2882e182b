import { majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { drawKinds, drawPlan } from '../src/faults/draw-plan.ts'
import type { PlannedFault } from '../src/faults/fault-action.ts'
import { type FaultKind, faultKinds } from '../src/faults/fault-kind.ts'
import { Random } from '../src/random/random.ts'
import { chooseCore } from '../src/run/choose-core.ts'

const frame = { nodes: [1, 2, 3, 4, 5], duration: 10_000, electionTimeout: 600 }
const perFrame: readonly FaultKind[] = ['loss', 'duplicate', 'reorder']
const planned = faultKinds.filter((kind) => !perFrame.includes(kind))

function plan(seed: number, ...kinds: FaultKind[]): PlannedFault[] {
  return drawPlan(new Random(seed), new Set(kinds), frame)
}

describe('a plan', () => {
  it.each(planned)('of %s alone holds nothing else, and flat plain data', (kind) => {
    for (let seed = 1; seed <= 20; seed++) {
      const faults = plan(seed, kind)
      expect(faults.length).toBeGreaterThan(0)
      expect(JSON.parse(JSON.stringify(faults))).toEqual(faults)
      for (const { at, action } of faults) {
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThan(frame.duration)
        expect(action.kind).toBe(kind)
        for (const value of Object.values(action)) {
          const isList = Array.isArray(value) && value.every((node) => frame.nodes.includes(node as number))
          expect(isList || ['number', 'boolean', 'string'].includes(typeof value)).toBe(true)
        }
      }
    }
  })

  it('of several kinds is what each of them alone would be', () => {
    const both = plan(7, 'bit-rot', 'crash')
    for (const kind of ['bit-rot', 'crash'] as const) {
      expect(both.filter(({ action }) => action.kind === kind)).toEqual(plan(7, kind))
    }
    expect(both).toEqual(both.toSorted((a, b) => a.at - b.at))
  })
})

describe('the kinds of a run', () => {
  it('are some of those allowed, and each of them in some run', () => {
    const seen = new Set<FaultKind>()
    const sizes = new Set<number>()
    for (let seed = 1; seed <= 200; seed++) {
      const kinds = drawKinds(new Random(seed), 'all')
      expect(kinds.size).toBeGreaterThan(0)
      sizes.add(kinds.size)
      for (const kind of kinds) seen.add(kind)
    }
    expect(seen).toEqual(new Set(faultKinds))
    expect(sizes.size).toBeGreaterThan(10)
    expect(drawKinds(new Random(1), 'none').size).toBe(0)
    expect([...drawKinds(new Random(1), ['pause'])]).toEqual(['pause'])
  })
})

describe('a core', () => {
  const { quorums } = majorityOf([1, 2, 3, 4, 5])

  it('is the first of an order that are good, until they are a quorum', () => {
    expect(chooseCore([1, 2, 3, 4, 5], quorums, [4, 2, 5, 1, 3], 0)).toEqual([2, 4, 5])
    expect(chooseCore([1, 3, 4, 5], quorums, [4, 2, 5, 1, 3], 0)).toEqual([1, 4, 5])
    expect(chooseCore([1, 2, 3, 4, 5], quorums, [4, 2, 5, 1, 3], 1)).toEqual([1, 2, 4, 5])
  })

  it('is filled up with others, and is nobody where too few are good', () => {
    expect(chooseCore([1, 2, 3], quorums, [3, 9], 2)).toEqual([1, 2, 3])
    expect(chooseCore([1, 2], quorums, [1, 2, 3, 4, 5], 1)).toBeUndefined()
  })
})
