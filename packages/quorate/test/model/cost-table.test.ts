import { readFileSync } from 'node:fs'
import type { AnyEngineDefinition, CostModel, Output } from '@quorate/core'
import {
  type CostClaim,
  type CostReport,
  commitTime,
  compareCost,
  countCommits,
  countElection,
  messageDelay,
  syncDelay,
} from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { formatEngine } from '../../src/model/format-model.ts'
import { engineNamed, engineNames, engineWith } from '../../src/registry/engines.ts'

const sizes = [3, 5, 7]
const each = engineNames.flatMap((name) => sizes.map((voters): [string, number] => [name, voters]))

/** The same engine, which predicts something else. */
function claiming(engine: AnyEngineDefinition, other: Partial<CostModel>): AnyEngineDefinition {
  return { ...engine, cost: { ...engine.cost, ...other } }
}

/** The same engine, which does something else. */
function doing(engine: AnyEngineDefinition, change: (output: Output) => Output): AnyEngineDefinition {
  return {
    ...engine,
    create(init) {
      const inner = engine.create(init)
      return {
        step: (input, at) => inner.step(input, at),
        take: () => change(inner.take()),
        observe: () => inner.observe(),
        capture: () => inner.capture(),
      }
    },
  }
}

function wrongIn(claims: readonly CostClaim[]): CostClaim[] {
  return claims.filter(({ holds }) => !holds)
}

describe('the cost table', () => {
  const reports = new Map<string, CostReport>()
  const reportOf = (name: string, voters: number): CostReport => {
    const key = `${name} ${voters}`
    const report = reports.get(key) ?? compareCost(engineNamed(name), voters, 1000)
    reports.set(key, report)
    return report
  }

  it.each(each)('%s, %i voters: 1,000 commits and an election cost what is predicted', (name, voters) => {
    const { claims, holds } = reportOf(name, voters)
    expect(wrongIn(claims)).toEqual([])
    expect(holds).toBe(true)
  })

  it.each(engineNames)('%s: is in docs/cost.md as it is', (name) => {
    const model = { engine: name, reports: sizes.map((voters) => reportOf(name, voters)) }
    const page = readFileSync(new URL('../../../../docs/cost.md', import.meta.url), 'utf8')
    expect(page).toContain(formatEngine(model).join('\n'))
  })

  it.each(each)('%s, %i voters: the commits add up', (name, voters) => {
    const engine = engineNamed(name)
    const { messages, fsyncs, commitTimes } = countCommits(engine, { voters, commands: 50 })
    for (const [type, count] of Object.entries(engine.cost.commitMessages(voters)))
      expect(messages[type]).toBe(50 * count)
    const total = Object.values(messages).reduce((sum, count) => sum + count, 0)
    expect(total).toBe(50 * engine.cost.messagesPerCommit(voters))
    expect(fsyncs).toBe(50 * voters)
    expect(commitTimes).toEqual([2 * messageDelay + syncDelay])
  })

  it('is what the papers say', () => {
    const rows = engineNames.map((name) => [
      name,
      sizes.map((n) => engineNamed(name).cost.messagesPerCommit(n)),
    ])
    expect(Object.fromEntries(rows)).toMatchObject({ raft: [4, 8, 12], zab: [6, 12, 18] })
    expect(engineNamed('raft').cost.delaysToLearn).toBe('next-message')
    expect(engineNamed('zab').cost.delaysToLearn).toBe(3)
  })
})

describe('syncs on the way to a commit', () => {
  const patterns = [
    [500, 1, 1],
    [1, 500, 1],
    [500, 300, 1],
    [300, 500, 500],
    [700, 1, 600, 1, 500],
    [900, 100, 200, 300, 400, 500, 600],
  ]
  const cases = engineNames.flatMap((name) => patterns.map((syncs): [string, number[]] => [name, syncs]))

  it.each(cases)('%s, %j: the leader writes while it sends, and a quorum decides', (name, slowness) => {
    const voters = slowness.length
    const { commitTimes } = countCommits(engineNamed(name), { voters, commands: 20, slowness })
    const syncs = slowness.map((factor) => factor * syncDelay)
    expect(commitTimes).toEqual([commitTime(2 * messageDelay, syncs, (voters >> 1) + 1)])
  })
})

describe('observers', () => {
  it.each(engineNames)('%s: cost what is predicted', (name) => {
    const engine = engineNamed(name)
    const { messages, fsyncs } = countCommits(engine, { voters: 3, observers: 2, commands: 50 })
    const predicted = Object.entries(engine.cost.commitMessages(3, 2))
    expect(messages).toEqual(Object.fromEntries(predicted.map(([type, count]) => [type, 50 * count])))
    expect(fsyncs).toBe(50 * engine.cost.fsyncsPerCommit(3, 2))
  })
})

describe('an election', () => {
  it('of Raft without pre-votes saves them', () => {
    const engine = engineWith('raft', { preVote: false })
    expect(engine.cost.election.messages(3)).not.toHaveProperty('RequestPreVote')
    expect(wrongIn(compareCost(engine, 3, 10).claims)).toEqual([])
  })

  it('of Zab exchanges notifications of the order of the square of the voters', () => {
    for (const voters of [...sizes, 9, 13, 21]) {
      const count = countElection(engineNamed('zab'), voters).messages['NOTIFICATION']!
      // All vote for themselves, hear each other, and vote for the best; who is back joins.
      expect(count, `${voters} voters`).toBeGreaterThanOrEqual(voters * (voters - 1))
      expect(count, `${voters} voters`).toBeLessThan(3 * voters * (voters - 1))
    }
  })
})

describe('a comparison finds', () => {
  const raft = engineNamed('raft')
  const zab = engineNamed('zab')

  it('a model that forgets a message', () => {
    const commitMessages = (voters: number): Record<string, number> => ({
      PROPOSAL: voters - 1,
      ACK: voters - 1,
    })
    const { claims, holds } = compareCost(claiming(zab, { commitMessages }), 3, 10)
    expect(holds).toBe(false)
    expect(wrongIn(claims)).toEqual([{ name: 'commit: COMMIT', predicted: 0, counted: 2, holds: false }])
  })

  it('a model that is wrong about when followers learn', () => {
    const learning = claiming(raft, { delaysToLearn: 3 })
    expect(wrongIn(compareCost(learning, 3, 10).claims)).toMatchObject([
      { name: 'commit: delays to learn', predicted: 3, counted: 'next-message' },
    ])
  })

  it('an engine that says everything twice', () => {
    const twice = doing(raft, (output) => {
      const appends = output.send.filter(({ message }) => message.type === 'AppendEntries')
      return { ...output, send: [...output.send, ...appends] }
    })
    expect(wrongIn(compareCost(twice, 3, 10).claims)).toContainEqual({
      name: 'commit: AppendEntries',
      predicted: 2,
      counted: 4,
      holds: false,
    })
  })

  it('an engine that sends only what it has on its disk', () => {
    const late = doing(raft, (output) => {
      const { persist, send, sendAfter } = output
      if (persist === undefined) return output
      return { ...output, send: [], sendAfter: [...sendAfter, { token: persist.token, envelopes: send }] }
    })
    expect(wrongIn(compareCost(late, 3, 10).claims)).toMatchObject([
      { name: 'commit: fsyncs on the way', predicted: 1, counted: 2 },
    ])
  })
})
