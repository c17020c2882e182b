import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PlacedSet } from '../../src/linearizability/placed-set.ts'
import { SeenConfigurations } from '../../src/linearizability/seen-configurations.ts'

const returned = 70
const size = 140

/**
 * Gives a set the hash with which every configuration collides, so that only an exact comparison tells them
 * apart.
 */
function collide(placed: PlacedSet, state: number): PlacedSet {
  placed.hash = Math.imul(state + 1, 0x9e3779b1)
  return placed
}

function colliding(members: readonly number[], state: number): PlacedSet {
  const placed = new PlacedSet(size, returned)
  for (const member of members) placed.add(member)
  return collide(placed, state)
}

test('sets whose windows have equal words are told apart', () => {
  const seen = new SeenConfigurations()
  const word = Array.from({ length: 32 }, (_, number) => number)
  expect(seen.add(colliding([], 0), 0)).toBe(true)
  expect(seen.add(colliding(word, 0), 0)).toBe(true)
  expect(seen.add(colliding([], 1), 1)).toBe(true)
  expect(seen.add(colliding(word, 0), 0)).toBe(false)
})

test('a configuration is new once: the same set in another order, or reached by a detour, is the same', () => {
  const sets = fc.array(
    fc.tuple(fc.uniqueArray(fc.nat(size - 1), { maxLength: 80 }), fc.nat(2), fc.nat(size - 1)),
    { maxLength: 30 },
  )
  const property = fc.property(sets, (configurations) => {
    const seen = new SeenConfigurations()
    const known = new Set<string>()
    for (const [members, state, detour] of configurations) {
      const name = `${members.toSorted((a, b) => a - b).join()} in ${state}`
      const placed = colliding(members, state)
      expect(seen.add(placed, state)).toBe(!known.has(name))
      known.add(name)
      expect(seen.add(colliding(members.toReversed(), state), state)).toBe(false)
      if (members.includes(detour)) continue
      const { least, greatest } = placed
      placed.add(detour)
      placed.remove(detour, least, greatest)
      expect(seen.add(collide(placed, state), state)).toBe(false)
    }
  })
  fc.assert(property)
})

test('the hash of a set does not depend on the order, and goes back when a member goes', () => {
  const [a, b] = [new PlacedSet(size, returned), new PlacedSet(size, returned)]
  for (const member of [1, 69, 70, 139]) a.add(member)
  for (const member of [139, 70, 1, 69]) b.add(member)
  expect(a.hash).toBe(b.hash)
  const { hash, least, greatest } = a
  a.add(0)
  expect([a.hash, a.least]).not.toEqual([hash, least])
  a.remove(0, least, greatest)
  expect([a.hash, a.least, a.greatest]).toEqual([hash, least, greatest])
})
