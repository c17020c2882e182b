import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderedIndex } from '../src/store/ordered-index.ts'

/** Keys of which many differ only where their place among the recent ones does not depend on it. */
const key = fc
  .tuple(fc.constantFrom('', 'a', 'b', 'c'), fc.constantFrom('', 'twelve-units', 'another-tail'))
  .map((parts) => parts.join('-and-then-'))
const step = fc.tuple(fc.constantFrom('get', 'set', 'delete'), key)

describe('OrderedIndex', () => {
  it('finds what a map finds, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = new OrderedIndex<{ readonly at: number }>()
        const map = new Map<string, { readonly at: number }>()
        steps.forEach(([what, at], i) => {
          if (what === 'get') expect(index.get(at)).toBe(map.get(at))
          else if (what === 'delete') {
            index.delete(at)
            map.delete(at)
          } else {
            index.set(at, { at: i })
            map.set(at, index.get(at)!)
          }
          expect(index.get(at)).toBe(map.get(at))
        })
        expect(index.size).toBe(map.size)
        const seen: string[] = []
        index.forRange({ from: '', to: undefined }, (_, each) => seen.push(each))
        expect(seen).toEqual([...map.keys()].sort())
      }),
    )
  })
})
