import { type Membership, type NodeId, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { Atlas } from '../src/faults/atlas.ts'

/** An atlas of so many voters, and those whose disks are at risk. */
function atlasOf(voters: number, { isOn = true } = {}): { atlas: Atlas; atRisk: Set<NodeId> } {
  const atRisk = new Set<NodeId>()
  const ids = Array.from({ length: voters }, (_, i) => i + 1)
  const atlas = new Atlas(
    () => [majorityOf(ids)],
    (node) => ({ isAtRisk: atRisk.has(node) }),
    isOn,
  )
  return { atlas, atRisk }
}

describe('an atlas', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 2],
    [7, 3],
  ])('lets the data of %i replicas be harmed at %i', (voters, most) => {
    const { atlas, atRisk } = atlasOf(voters)
    let harmed = 0
    for (let node = 1; node <= voters; node++) {
      if (!atlas.mayHarm(node)) continue
      atRisk.add(node)
      harmed += 1
    }
    expect(harmed).toBe(most)
    expect(atlas.good).toHaveLength(voters - most)
  })

  it('lets harm come to who is harmed already', () => {
    const { atlas, atRisk } = atlasOf(3)
    atRisk.add(2)
    expect([1, 2, 3].map((node) => atlas.mayHarm(node))).toEqual([false, true, false])
  })

  it('allows another harm once the first is healed, but not once its replica is lost', () => {
    const { atlas, atRisk } = atlasOf(3)
    atRisk.add(2)
    atRisk.delete(2)
    expect(atlas.mayHarm(1)).toBe(true)
    atlas.lose(2, 'refused')
    expect([1, 2, 3].map((node) => atlas.mayHarm(node))).toEqual([false, true, false])
    expect([1, 2, 3].map((node) => atlas.isLost(node))).toEqual([false, true, false])
    expect(atlas.good).toEqual([1, 3])
  })

  it('counts quorums as the membership does, and observers for nothing', () => {
    const membership = { ...majorityOf([1, 2, 3]), observers: [4, 5] }
    const atlas = new Atlas(
      () => [membership],
      (node) => ({ isAtRisk: node === 1 }),
      true,
    )
    expect([2, 3, 4, 5].map((node) => atlas.mayHarm(node))).toEqual([false, false, true, true])
    expect(atlas.good).toEqual([2, 3])
  })

  it('counts quorums of every membership that needs one', () => {
    let now: readonly Membership[] = [majorityOf([1, 2, 3])]
    const atlas = new Atlas(
      () => now,
      (node) => ({ isAtRisk: node === 1 || node === 4 }),
      true,
    )
    expect([1, 2, 5].map((node) => atlas.mayHarm(node))).toEqual([true, false, true])
    now = [...now, majorityOf([3, 4, 5])]
    expect([1, 2, 4, 5].map((node) => atlas.mayHarm(node))).toEqual([true, false, true, false])
    expect(atlas.good).toEqual([2, 3, 5])
    now = [majorityOf([3, 4, 5])]
    expect([1, 2, 4, 5].map((node) => atlas.mayHarm(node))).toEqual([true, true, true, false])
    expect(atlas.good).toEqual([3, 5])
  })

  it('knows memberships that could not decide, for too few of them have their data', () => {
    const { atlas } = atlasOf(5)
    atlas.lose(4, 'amnesia')
    expect(atlas.isAble(majorityOf([3, 4, 5]))).toBe(true)
    atlas.lose(5, 'amnesia')
    expect(atlas.isAble(majorityOf([3, 4, 5]))).toBe(false)
    expect(atlas.isAble(majorityOf([1, 2, 3]))).toBe(true)
  })

  it('that is switched off allows everything', () => {
    const { atlas, atRisk } = atlasOf(3, { isOn: false })
    for (const node of [1, 2, 3]) atRisk.add(node)
    expect(atlas.isAble(majorityOf([1, 2, 3]))).toBe(true)
    expect([1, 2, 3].map((node) => atlas.mayHarm(node))).toEqual([true, true, true])
    expect(atlas.keepsOut).toBe(false)
  })
})
