import type {
  AnyEngineDefinition,
  EngineInit,
  Input,
  Message,
  Monitor,
  MonitorBlame,
  NodeId,
  Output,
} from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { raft } from '@quorate/raft'
import { simulate } from '@quorate/sim'
import { expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'

interface Vote extends Message {
  readonly term: number
  readonly granted: boolean
}

/** A voter votes once a term, over restarts too (Raft, figure 2). `most`: what more votes than so many come to. */
class Voters implements Monitor {
  readonly seen = { created: 0, given: 0, votes: 0 }
  private readonly most: number
  private readonly blame: MonitorBlame
  private readonly votes = new Map<string, NodeId>()

  constructor(blame: MonitorBlame, most: number) {
    this.blame = blame
    this.most = most
  }

  created(_init: EngineInit): void {
    this.seen.created += 1
  }

  given(_node: NodeId, _input: Input): void {
    this.seen.given += 1
  }

  taken(node: NodeId, { send, sendAfter }: Output): void {
    for (const { to, message } of [...send, ...sendAfter.flatMap(({ envelopes }) => envelopes)]) {
      const { type, term, granted } = message as Vote
      if (type !== 'RequestVoteResponse' || !granted) continue
      this.seen.votes += 1
      const name = `${node} in ${term}`
      const other = this.votes.get(name) ?? to
      this.votes.set(name, to)
      if (other === to && this.seen.votes <= this.most) continue
      this.blame({
        invariant: 'toy one-vote',
        message: `voted for ${other} and ${to}`,
        node,
        context: { term },
      })
    }
  }
}

function monitored(most: number, engine: AnyEngineDefinition = raft()) {
  const monitors: Voters[] = []
  const create = (blame: MonitorBlame): Monitor => {
    monitors.push(new Voters(blame, most))
    return monitors.at(-1)!
  }
  return { monitors, engine: { ...engine, monitor: { invariants: ['toy one-vote'] as const, create } } }
}

const run = (engine: AnyEngineDefinition, checks = {}) =>
  simulate({ engine, machine: mvcc(), workload: mvccWorkload, seed: 3, checks })

it('an engine’s monitor sees every replica of a simulated cluster, and the run is as it was without', () => {
  const { monitors, engine } = monitored(Infinity)
  const report = run(engine)
  expect(report.violation).toBeUndefined()
  expect(monitors).toHaveLength(1)
  const { created, given, votes } = monitors[0]!.seen
  expect(created).toBeGreaterThanOrEqual(3)
  expect(given).toBeGreaterThan(100)
  expect(votes).toBeGreaterThan(0)
  expect(report.traceHash).toBe(run(raft()).traceHash)
})

it('what a monitor finds ends the run at once, under its own name', () => {
  const { engine } = monitored(0)
  const report = run(engine)
  expect(report.ok).toBe(false)
  expect(report.violation).toMatchObject({ invariant: 'toy one-vote', context: { term: 1 } })
  expect(run(engine, { monitor: false }).ok).toBe(true)
})
