import type { Message, Observation, Output } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { ReignWatch } from '../src/connectivity/reign-watch.ts'
import type { ClusterEvent } from '../src/index.ts'

/** The end of a turn, as far as it is looked at. */
function turn(
  node: number,
  epoch: number,
  established: boolean,
  applied: readonly number[] = [],
): ClusterEvent<Message> {
  const apply = applied.map((sequence) => ({ request: { replica: node, sequence } }))
  return {
    type: 'output',
    node,
    output: { apply } as unknown as Output<Message>,
    observation: { established, epoch } as Observation,
  }
}

describe('who leads, and commits', () => {
  it('commits since the first command that the leader took on', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 10)
    expect([watch.leader, watch.changes, watch.committingSince(10, 100)]).toEqual([1, 1, undefined])
    watch.ask(7)
    watch.happened(turn(1, 1, true, [7]), 12)
    watch.ask(8)
    watch.happened(turn(1, 1, true, [8]), 40)
    expect(watch.committingSince(50, 100)).toBe(12)
    expect([watch.changes, watch.commits]).toEqual([1, 2])
  })

  it('a leader that nobody has asked for anything has committed nothing', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true, [7]), 10)
    expect([watch.commits, watch.committingSince(10, 100)]).toEqual([0, undefined])
  })

  it('begins anew with another leader, though all of them commit', () => {
    const watch = new ReignWatch()
    for (const epoch of [1, 2, 3, 4]) {
      const node = 1 + (epoch % 2)
      watch.happened(turn(node, epoch, true), epoch * 10)
      expect(watch.committingSince(epoch * 10, 100)).toBeUndefined()
      watch.ask(epoch)
      watch.happened(turn(node, epoch, true, [epoch]), epoch * 10 + 1)
      expect(watch.committingSince(epoch * 10 + 1, 100)).toBe(epoch * 10 + 1)
    }
    expect(watch.changes).toBe(4)
  })

  it('begins anew when the same replica leads again, in another epoch', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 0)
    watch.ask(1)
    watch.happened(turn(1, 1, true, [1]), 1)
    watch.happened(turn(1, 2, false), 2)
    expect([watch.leader, watch.committingSince(2, 100)]).toEqual([undefined, undefined])
    watch.happened(turn(1, 2, true), 3)
    expect([watch.leader, watch.changes, watch.committingSince(3, 100)]).toEqual([1, 2, undefined])
  })

  it('what was asked of one leader does not count for the next', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 0)
    watch.ask(1)
    watch.happened(turn(1, 2, true), 1)
    watch.happened(turn(1, 2, true, [1]), 2)
    expect([watch.commits, watch.committingSince(2, 100)]).toEqual([1, undefined])
  })

  it('a deposed leader that does not know it is not taken for the leader', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 0)
    watch.happened(turn(2, 2, true), 1)
    watch.happened(turn(1, 1, true), 2)
    expect([watch.leader, watch.changes]).toEqual([2, 2])
    watch.happened(turn(2, 2, false), 3)
    watch.happened(turn(1, 1, true), 4)
    expect([watch.leader, watch.changes]).toEqual([undefined, 2])
  })

  it('a leader that falls silent has to begin anew', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 0)
    watch.ask(1)
    watch.happened(turn(1, 1, true, [1]), 5)
    expect(watch.committingSince(105, 100)).toBe(5)
    expect(watch.committingSince(106, 100)).toBeUndefined()
    watch.ask(2)
    watch.happened(turn(1, 1, true, [2]), 110)
    expect(watch.committingSince(111, 100)).toBe(110)
  })

  it('counts from 0 again after a restart, and does not count what was asked before', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 0)
    for (const sequence of [1, 2]) watch.ask(sequence)
    watch.happened(turn(1, 1, true, [1]), 1)
    watch.restart()
    watch.happened(turn(1, 1, true, [2]), 2)
    expect([watch.leader, watch.changes, watch.commits]).toEqual([1, 0, 0])
    expect(watch.committingSince(2, 100)).toBeUndefined()
  })

  it('a leader that loses power leads no more', () => {
    const watch = new ReignWatch()
    watch.happened(turn(1, 1, true), 0)
    watch.happened({ type: 'crashed', node: 2, kept: 0, lost: 0 }, 1)
    expect(watch.leader).toBe(1)
    watch.happened({ type: 'crashed', node: 1, kept: 0, lost: 0 }, 1)
    expect(watch.leader).toBeUndefined()
  })
})
