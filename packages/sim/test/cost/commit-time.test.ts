import { describe, expect, it } from 'vitest'
import { commitTime } from '../../src/cost/commit-time.ts'

describe('the time to a commit', () => {
  it('is a round trip and a sync where all disks are equal', () => {
    expect(commitTime(200, [1, 1, 1], 2)).toBe(201)
  })

  it('does not wait for the slower of two followers', () => {
    expect(commitTime(200, [1, 900, 7], 2)).toBe(207)
  })

  it("is the leader's own sync where that takes longest, and is needed", () => {
    expect(commitTime(200, [500, 1, 900], 2)).toBe(500)
  })

  it("does without the leader's own sync where followers are a quorum", () => {
    expect(commitTime(200, [500, 1, 1], 2)).toBe(201)
  })

  it('cannot be told of a quorum larger than all', () => {
    expect(() => commitTime(200, [1, 1, 1], 4)).toThrow('a quorum is no larger than all')
  })
})
