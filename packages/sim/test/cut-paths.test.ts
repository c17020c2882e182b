import { describe, expect, it } from 'vitest'
import { pathsOf } from '../src/faults/cut-paths.ts'
import { Cuts } from '../src/faults/cuts.ts'
import type { CutAction } from '../src/faults/fault-action.ts'
import { SimNetwork } from '../src/network/sim-network.ts'
import { Random } from '../src/random/random.ts'
import { Scheduler } from '../src/time/scheduler.ts'

const nodes = [1, 2, 3, 4, 5]
const rest = { silent: true, duration: 10 }

/** Whom each replica hears, itself included. */
function heard(action: CutAction, all: readonly number[], target?: number): Record<number, string> {
  const paths = pathsOf(action, all, target)
  return Object.fromEntries(
    all.map((node) => [
      node,
      all.filter((other) => !paths.some(([from, to]) => from === other && to === node)).join(''),
    ]),
  )
}

describe('who is heard', () => {
  it('in two parts: one’s own', () => {
    const action = { kind: 'partition', side: [1, 4], direction: 'both', ...rest } as const
    expect(heard(action, nodes)).toEqual({ 1: '14', 2: '235', 3: '235', 4: '14', 5: '235' })
    expect(heard({ ...action, direction: 'in' }, nodes)).toEqual({
      1: '14',
      2: '12345',
      3: '12345',
      4: '14',
      5: '12345',
    })
  })

  it('of one who is cut off: only itself', () => {
    const action = { kind: 'isolate', target: 'leader', direction: 'out', ...rest } as const
    expect(heard(action, [1, 2, 3], 2)).toEqual({ 1: '13', 2: '123', 3: '13' })
    expect(pathsOf(action, nodes, undefined)).toEqual([])
  })

  it('over a bridge: one’s own part, and the bridge', () => {
    const action = { kind: 'bridge', target: 3, side: [1, 2, 3], ...rest } as const
    expect(heard(action, nodes, 3)).toEqual({ 1: '123', 2: '123', 3: '12345', 4: '345', 5: '345' })
  })

  it.each([3, 4, 5, 7])('in a ring of %i: a majority, and another one each', (count) => {
    const order = Array.from({ length: count }, (_, i) => i + 1)
    const majorities = Object.values(heard({ kind: 'ring', order, ...rest }, order))
    for (const majority of majorities) expect(majority.length).toBe(Math.floor(count / 2) + 1)
    expect(new Set(majorities).size).toBe(count)
  })

  it('in a chain: one’s neighbours', () => {
    const action = { kind: 'chain', order: [3, 1, 4, 2, 5], ...rest } as const
    expect(heard(action, nodes)).toEqual({ 1: '134', 2: '245', 3: '13', 4: '124', 5: '25' })
  })
})

describe('cuts', () => {
  function network(): SimNetwork {
    return new SimNetwork({ scheduler: new Scheduler(1), random: new Random(1), nodes, mode: 'any' })
  }

  it('that overlap hold a path until the last one is healed', () => {
    const net = network()
    const cuts = new Cuts(net)
    const first = cuts.make([[1, 2]], true)
    const second = cuts.make(
      [
        [1, 2],
        [3, 4],
      ],
      true,
    )
    expect(cuts.heal(first)).toBe(true)
    expect(cuts.heal(first)).toBe(false)
    expect(net.isCut(1, 2)).toBe(true)
    expect(net.isCut(2, 1)).toBe(false)
    cuts.heal(second)
    expect(net.isCut(1, 2)).toBe(false)
  })

  it('are healed where it is asked for, and the rest stays', () => {
    const net = network()
    const cuts = new Cuts(net)
    cuts.make(pathsOf({ kind: 'chain', order: nodes, ...rest }, nodes, undefined), true)
    cuts.make([[1, 3]], true)
    cuts.healWhere((from, to) => from + to === 4)
    expect([net.isCut(1, 3), net.isCut(3, 1), net.isCut(1, 4)]).toEqual([false, false, true])
    cuts.healAll()
    expect(net.isCut(1, 4)).toBe(false)
  })
})
