import { checkDelta, raft, validate } from '@quorate/raft'
import { applyMove, EngineCluster } from '@quorate/sim'
import * as zabPackage from '@quorate/zab'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { exploreEngine, type ExploreOptions, startExploration } from '../../src/explore/explore-engine.ts'

const engine = raft({ preVote: false, checkQuorum: false })
const checks = { validate, checkDelta }
const small: ExploreOptions = { engine, checks, replicas: 3, proposals: 1, timeouts: { election: 1 } }
const isLargeRun = process.env['QUORATE_EXPLORE'] === 'large'

describe('exploreEngine', () => {
  it('looks at all of a small scope, and says what happened in it', () => {
    const report = exploreEngine({ ...small, crashes: 1 })
    expect(report).toMatchObject({ engine: 'raft', verdict: 'holds', end: 'exhausted' })
    expect(report.covered).toBe(report.depth)
    expect(report.reached).toEqual({ epochsLed: 1, entriesDecided: 2, readsBegun: 0 })
    expect(report.scope).toContain('3 replicas of raft')
    expect(report.scope).toContain('1 crash')
    expect(report.scope).toContain('timers run out: 1 times election')
    expect(report.bytesPerState).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ verdict: 'holds' })
  })

  it('says which timers there are not', () => {
    const { scope, reached } = exploreEngine({ ...small, timeouts: { elections: 1 } })
    expect(reached.epochsLed).toBe(0)
    expect(scope).toContain('no replica ever set a timer named elections')
    expect(exploreEngine(small).scope.join()).not.toContain('no replica ever')
  })

  it('counts reads that were begun on one path, answered or not', () => {
    const { reached } = exploreEngine({ ...small, replicas: 1, proposals: 0, reads: 2 })
    expect(reached).toMatchObject({ epochsLed: 1, readsBegun: 2 })
    expect(exploreEngine({ ...small, reads: 2, timeouts: 0 }).reached.readsBegun).toBe(0)
  })

  it('gives the same report again, in slices too', () => {
    const once = exploreEngine({ ...small, crashes: 1 })
    const exploration = startExploration({ ...small, crashes: 1 })
    while (exploration.advance(37));
    expect(exploration.report()).toEqual(once)
  })

  it('depth-first looks at the same states', () => {
    const breadth = exploreEngine({ ...small, reads: 1 })
    const depth = exploreEngine({ ...small, reads: 1, order: 'dfs' })
    expect(depth).toMatchObject({
      verdict: 'holds',
      distinct: breadth.distinct,
      generated: breadth.generated,
    })
  })

  it('explores with pre-votes, quorum checks, heartbeats and all', () => {
    const report = exploreEngine({
      engine: raft(),
      checks,
      replicas: 3,
      crashes: 1,
      timeouts: { election: 1, heartbeat: 1 },
      symmetry: true,
      maxStates: 60_000,
    })
    expect(report.counterexample).toBeUndefined()
    expect(report.covered).toBeGreaterThan(10)
    expect(report.reached.epochsLed).toBe(1)
  })

  it('explores Zab from the first vote to a decision', () => {
    const report = exploreEngine({
      engine: zab(),
      checks: { validate: zabPackage.validate, checkDelta: zabPackage.checkDelta },
      replicas: 3,
      proposals: 1,
      timeouts: {},
    })
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted' })
    expect(report.reached).toMatchObject({ epochsLed: 1, entriesDecided: 1 })
  })

  it('goes on from where it is told to', () => {
    const cluster = new EngineCluster(engine, 3, { autoPersist: false })
    const from = [{ type: 'timeout', node: 2, timer: 'election' }] as const
    for (const move of from) expect(applyMove(cluster, move)).toBe(true)
    const report = exploreEngine({ ...small, timeouts: {}, from })
    expect(report).toMatchObject({ verdict: 'holds', reached: { epochsLed: 1, entriesDecided: 2 } })
    expect(exploreEngine({ ...small, timeouts: {} })).toMatchObject({
      distinct: 1,
      reached: { epochsLed: 0 },
    })
  })

  it.each([
    [{ replicas: 8 }, 'replicas is 8, expected 1 to 7'],
    [{ replicas: 3, maxEpoch: NaN }, 'maxEpoch is NaN, expected 1 or more'],
    [{ replicas: 3, links: 'lossy' as never }, 'links is lossy, expected fifo or unordered'],
    [{ replicas: 3, writes: 'never' as never }, 'writes is never, expected choice or at-once'],
    [{ replicas: 3, clients: 'some' as never }, 'clients is some, expected leaders or all'],
    [{ replicas: 3, crashes: -1 }, 'crashes is -1, expected a whole number, 0 or more'],
    [{ replicas: 3, timeouts: { election: 1.5 } }, 'timeouts of election is 1.5'],
    [
      { replicas: 3, from: [{ type: 'start', node: 1 }] },
      'move 1 of from, {"type":"start","node":1}, does not apply there',
    ],
    [
      { replicas: 3, engine: zab(), drops: 1 },
      'zab needs links that keep order: nothing is lost or repeated on them',
    ],
    [{ replicas: 3, engine: zab(), links: 'unordered' }, 'zab needs links that keep order'],
    [{ replicas: 6, symmetry: true }, 'symmetry is for up to 5 replicas, not for 6'],
  ])('%# is refused: $1', (options, message) => {
    expect(() => exploreEngine({ engine, ...options } as ExploreOptions)).toThrow(message)
  })

  it.skipIf(!isLargeRun)(
    'Raft, larger: 2 elections, 1 crash, 1 proposal (QUORATE_EXPLORE=large)',
    { timeout: 3_600_000 },
    () => {
      const report = exploreEngine({ ...small, crashes: 1, timeouts: { election: 2 }, symmetry: true })
      expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted' })
      expect(report.bytesPerState).toBeLessThanOrEqual(16)
    },
  )
})
