import { describe, expect, it } from 'vitest'
import { exploreModel } from '../../src/explore/search/explore-model.ts'
import { abd } from './models/abd.ts'
import { registerPaxos } from './models/register-paxos.ts'
import { RegisterSystem } from './models/register-system.ts'
import { singleCopy } from './models/single-copy.ts'
import { type TwoPhaseState, twoPhaseCommit, twoPhaseCommitExact } from './models/two-phase-commit.ts'

const orders = ['bfs', 'dfs'] as const
const isSlowRun = process.env['QUORATE_EXPLORE'] === 'large'

describe('two-phase commit', () => {
  it.each(orders)(
    'with 3 resource managers: 288 states and 1,146 steps, as TLC counts TwoPhase.tla, %s',
    (order) => {
      const report = exploreModel(twoPhaseCommit(3), { order })
      expect(report).toMatchObject({
        distinct: 288,
        generated: 1_146,
        depth: 10,
        verdict: 'holds',
        end: 'exhausted',
      })
    },
  )

  it.each(orders)('with 5 resource managers: 8,832 states, %s', (order) => {
    expect(exploreModel(twoPhaseCommit(5), { order }).distinct).toBe(8_832)
  })

  it.each(orders)(
    'with 5 interchangeable resource managers: as many states as there are orbits, %s',
    (order) => {
      const model = twoPhaseCommitExact(5)
      const orbits = new Set<string>()
      everyState(twoPhaseCommit(5), (state) => orbits.add(JSON.stringify(model.representative!(state))))
      const report = exploreModel(model, { order, symmetry: true })
      expect(report.distinct).toBe(orbits.size)
      expect(report.distinct).toBe(314)
      expect(report.verdict).toBe('holds')
    },
  )

  // That number depends on the order of the search, because Stateright's representative looks at the managers' states
  // alone and so tells some images of one state apart. The model and the representative are what is compared here.
  it('with 5 resource managers in the order of Stateright, with its representative: 665 states', () => {
    const model = twoPhaseCommit(5)
    const found = new Set<string>()
    const stack = model.initialStates().filter((state) => note(state))
    while (stack.length > 0) {
      const state = stack.pop()!
      for (const action of model.actions(state)) {
        const next = model.next(state, action)!
        if (note(next)) stack.push(next)
      }
    }
    expect(found.size).toBe(665)

    function note(state: TwoPhaseState): boolean {
      return found.size < found.add(JSON.stringify(model.representative!(state))).size
    }
  })
})

describe('single-decree Paxos behind a register, 3 servers', () => {
  it.each(orders)('1 client: 265 states, %s', (order) => {
    const report = exploreModel(new RegisterSystem(registerPaxos(3), 3, 1), { order })
    expect(report).toMatchObject({ distinct: 265, verdict: 'holds' })
  })

  it.each(orders)('2 clients: 16,668 states, 32,971 steps, %s', (order) => {
    const report = exploreModel(new RegisterSystem(registerPaxos(3), 3, 2), { order })
    expect(report).toMatchObject({ distinct: 16_668, generated: 32_971, verdict: 'holds', end: 'exhausted' })
  })

  it('2 clients: the shortest path to a value, and the depth', () => {
    const model = new RegisterSystem(registerPaxos(3), 3, 2)
    const report = exploreModel(model)
    expect(report.depth).toBe(20)
    const chosen = report.properties.find(({ name }) => name === 'value chosen')!
    const steps = chosen.path!.steps.map(({ action }) => model.describe(action))
    expect(steps).toHaveLength(8)
    expect(steps[0]).toBe('3 -> 0: Put 3 A')
    expect(steps).toContain('0 -> 3: PutOk 3')
    expect(steps.at(-1)).toBe('3 -> 1: Get 6')
  })

  it.skipIf(!isSlowRun)(
    '3 clients: 1,194,428 states, 2,420,477 steps (QUORATE_EXPLORE=large)',
    { timeout: 600_000 },
    () => {
      const report = exploreModel(new RegisterSystem(registerPaxos(3), 3, 3))
      expect(report).toMatchObject({ distinct: 1_194_428, generated: 2_420_477, depth: 27, verdict: 'holds' })
      expect(report.bytesPerState).toBeLessThanOrEqual(16)
    },
  )
})

describe('other registers', () => {
  it.each(orders)('of Attiya, Bar-Noy and Dolev, 2 clients and 2 servers: 544 states, %s', (order) => {
    const report = exploreModel(new RegisterSystem(abd(2), 2, 2), { order })
    expect(report).toMatchObject({ distinct: 544, verdict: 'holds' })
  })

  it.each(orders)('a single copy, 2 clients: 93 states, %s', (order) => {
    const report = exploreModel(new RegisterSystem(singleCopy, 1, 2), { order })
    expect(report).toMatchObject({ distinct: 93, verdict: 'holds' })
  })

  it('two single copies: a stale read after 4 steps', () => {
    const model = new RegisterSystem(singleCopy, 2, 2)
    const report = exploreModel(model)
    expect(report.verdict).toBe('violated')
    const broken = report.properties.find(({ name }) => name === 'linearizable')!
    expect(broken.path!.steps.map(({ action }) => model.describe(action))).toEqual([
      '2 -> 0: Put 2 A',
      '0 -> 2: PutOk 2',
      '2 -> 1: Get 4',
      '1 -> 2: GetOk 4 -',
    ])
  })
})

function everyState(model: ReturnType<typeof twoPhaseCommit>, visit: (state: TwoPhaseState) => void): void {
  const watching = {
    name: 'visited',
    kind: 'always',
    holds: (state: TwoPhaseState) => (visit(state), true),
  } as const
  exploreModel({ ...model, properties: [watching] })
}
