import { describe, expect, it } from 'vitest'
import type { StateModel } from '../../src/explore/model/state-model.ts'
import { exploreModel, startSearch } from '../../src/explore/search/explore-model.ts'
import type { SearchProgress } from '../../src/explore/model/model-report.ts'
import { twoPhaseCommit } from './models/two-phase-commit.ts'

const orders = ['bfs', 'dfs'] as const

/** A graph by its edges. */
function graph(
  edges: Readonly<Record<number, readonly number[]>>,
  properties: StateModel<number, number>['properties'] = [],
  initial: readonly number[] = [0],
): StateModel<number, number> {
  return {
    initialStates: () => initial,
    actions: (state) => edges[state] ?? [],
    next: (_, to) => to,
    encode: (state, into) => into.word(state),
    properties,
  }
}

/** Numbers from 0 on, each with a step of 1 and one of 10, up to a bound. */
function numbers(
  bound: number,
  properties: StateModel<number, number>['properties'] = [],
): StateModel<number, number> {
  return {
    ...graph({}, properties),
    actions: () => [1, 10],
    next: (state, by) => (state + by > bound ? undefined : state + by),
  }
}

describe('a search', () => {
  it('breadth-first finds a shortest path', () => {
    const report = exploreModel(numbers(1_000, [{ name: 'not 57', kind: 'always', holds: (n) => n !== 57 }]))
    expect(report.verdict).toBe('violated')
    const { path } = report.properties[0]!
    expect(path!.steps).toHaveLength(12)
    expect(path!.steps.at(-1)!.state).toBe(57)
    expect(path!.steps.reduce((sum, { action }) => sum + action, path!.initial)).toBe(57)
  })

  it('depth-first finds a path that can be walked', () => {
    const report = exploreModel(
      numbers(1_000, [{ name: 'not 57', kind: 'always', holds: (n) => n !== 57 }]),
      { order: 'dfs' },
    )
    const { path } = report.properties[0]!
    let state = path!.initial
    for (const step of path!.steps) expect((state += step.action)).toBe(step.state)
    expect(state).toBe(57)
  })

  it.each(orders)('sees a violation in the initial state, %s', (order) => {
    const report = exploreModel(
      numbers(5, [{ name: 'not 0', kind: 'always', holds: (n) => n > 0, explain: (n) => `it is ${n}` }]),
      { order },
    )
    expect(report.properties[0]).toMatchObject({
      verdict: 'violated',
      message: 'it is 0',
      path: { initial: 0, steps: [] },
    })
  })

  it.each(orders)('under a bound looks at all states within it, and at no other, %s', (order) => {
    // 9 is 2 steps away, and 9 the way that depth-first search goes first.
    const edges = { 0: [1, 8], 1: [2], 2: [3], 3: [4], 4: [8], 8: [9], 9: [10], 10: [11] }
    const seen = new Set<number>()
    const spy = { name: 'seen', kind: 'always', holds: (n: number) => (seen.add(n), true) } as const
    const report = exploreModel(graph(edges, [spy]), { order, depth: 4 })
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 8, 9, 10, 11])
    expect(report).toMatchObject({ verdict: 'unknown', end: 'depth', covered: 4, distinct: 9 })
    expect(exploreModel(graph(edges, [spy]), { order, depth: 3 }).distinct).toBe(7)
  })

  it('says what depth it has covered when a budget ends it', () => {
    const report = exploreModel(twoPhaseCommit(5), { maxStates: 500 })
    expect(report).toMatchObject({ verdict: 'unknown', end: 'maxStates' })
    const { covered } = report
    const whole = exploreModel(twoPhaseCommit(5), { depth: covered })
    expect(whole.distinct).toBeLessThanOrEqual(report.distinct)
    expect(exploreModel(twoPhaseCommit(5), { depth: covered + 1 }).distinct).toBeGreaterThan(report.distinct)
    expect(exploreModel(twoPhaseCommit(7), { maxMemory: 200_000 })).toMatchObject({
      verdict: 'unknown',
      end: 'maxMemory',
    })
  })

  it.each(orders)('in slices comes to the same as at once, %s', (order) => {
    const search = startSearch(twoPhaseCommit(4), { order })
    const progress: SearchProgress[] = []
    while (search.advance(100)) progress.push(search.progress())
    expect(search.report()).toEqual(exploreModel(twoPhaseCommit(4), { order }))
    expect(progress.length).toBeGreaterThan(5)
    for (let i = 1; i < progress.length; i++) {
      expect(progress[i]!.distinct).toBeGreaterThanOrEqual(progress[i - 1]!.distinct)
    }
  })

  it('reports progress', () => {
    const calls: number[] = []
    exploreModel(twoPhaseCommit(4), {
      progressEvery: 200,
      onProgress: ({ distinct }) => calls.push(distinct),
    })
    expect(calls.length).toBe(Math.floor(exploreModel(twoPhaseCommit(4)).distinct / 200))
  })

  it.each(orders)('finds a broken rule of two-phase commit, %s', (order) => {
    const report = exploreModel(twoPhaseCommit(3, true), { order })
    expect(report.properties[0]).toMatchObject({ verdict: 'violated' })
    expect(report.properties[0]!.message).toMatch(/^resource managers are/)
  })

  it('goes on behind a violation if it is told to', () => {
    const report = exploreModel(twoPhaseCommit(3, true), { keepGoing: true })
    expect(report).toMatchObject({ verdict: 'violated', end: 'exhausted' })
    expect(report.distinct).toBeGreaterThan(288)
  })

  it('tells the risk of a collision', () => {
    expect(exploreModel(twoPhaseCommit(3)).collisionRisk).toBe(288 ** 2 / 2 ** 65)
  })
})

describe('properties', () => {
  it.each(orders)('sometimes: a witness, or the word that there is none, %s', (order) => {
    const properties = [
      { name: 'five', kind: 'sometimes', holds: (n: number) => n === 5 },
      { name: 'six', kind: 'sometimes', holds: (n: number) => n === 6 },
    ] as const
    const report = exploreModel(numbers(5, properties), { order })
    expect(report.properties.map(({ verdict }) => verdict)).toEqual(['holds', 'violated'])
    expect(report.properties[0]!.path!.steps.at(-1)!.state).toBe(5)
    expect(report.verdict).toBe('violated')
    expect(exploreModel(numbers(500, properties), { order, maxStates: 3 }).properties[1]!.verdict).toBe(
      'unknown',
    )
  })

  it.each(orders)('eventually: judged where a path ends, also where paths meet again, %s', (order) => {
    // 1 is met on one way to 3, and not on the other.
    const edges = { 0: [1, 2], 1: [3], 2: [3], 3: [4] }
    const met = { name: 'meets 1', kind: 'eventually', holds: (n: number) => n === 1 } as const
    const report = exploreModel(graph(edges, [met]), { order })
    expect(report.properties[0]).toMatchObject({ verdict: 'violated', message: 'a path ends without it' })
    expect(report.properties[0]!.path!.steps.map(({ state }) => state)).toEqual([2, 3, 4])
    expect(exploreModel(graph({ 0: [1], 1: [3] }, [met]), { order }).verdict).toBe('holds')
  })

  it('eventually: a cycle without it is not seen, as the documentation says', () => {
    const met = { name: 'meets 9', kind: 'eventually', holds: (n: number) => n === 9 } as const
    expect(exploreModel(graph({ 0: [1], 1: [0] }, [met])).verdict).toBe('holds')
  })
})

describe('options that cannot work', () => {
  it.each([
    [{ order: 'best' }, 'order is best, expected bfs or dfs'],
    [{ depth: -1 }, 'depth is -1, expected a whole number of steps, 0 or more'],
    [{ order: 'dfs', depth: 255 }, 'dfs bounds the depth to at most 254'],
    [{ maxStates: 0 }, 'maxStates must be above 0'],
  ])('%j', (options, message) => {
    expect(() => exploreModel(twoPhaseCommit(2), options as never)).toThrow(message)
  })
})
