import { encodeCanonical, type EngineDefinition, type Message } from '@quorate/core'
import { raft, type RaftMessage } from '@quorate/raft'
import { applyMove, EngineCluster, type Move, Random } from '@quorate/sim'
import { zab, type ZabMessage } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { type ClusterState, firstLocalAt } from '../../src/explore/engine-model/cluster-state.ts'
import { EngineModel } from '../../src/explore/engine-model/engine-model.ts'
import type { EngineScope } from '../../src/explore/engine-model/scope.ts'

const raftScope: EngineScope = {
  replicas: 3,
  proposals: 3,
  reads: 2,
  crashes: 2,
  drops: 2,
  duplicates: 2,
  cuts: 2,
  snapshots: 2,
  timeouts: 12,
  clients: 'all',
}
const zabScope: EngineScope = { ...raftScope, drops: 0, duplicates: 0, timeouts: 20 }

describe('a path of the explorer, played on an EngineCluster, comes to the same state', () => {
  it.each([
    ['writes by choice', { writes: 'choice' }],
    ['writes at once', { writes: 'at-once' }],
    ['links in order', { links: 'fifo' }],
    ['preVote', {}],
  ] as const)('raft, %s', (name, extra) => {
    const engine = raft(name === 'preVote' ? {} : { preVote: false, checkQuorum: false, compactionTail: 0 })
    for (let seed = 1; seed <= 60; seed++) walk(engine, { ...raftScope, ...extra }, seed)
  })

  it.each([
    ['writes by choice', { writes: 'choice' }],
    ['writes at once', { writes: 'at-once' }],
    ['by crashes', {}],
  ] as const)('zab, %s', (_, extra) => {
    for (let seed = 1; seed <= 60; seed++) walk(zab({ compactionTail: 0 }), { ...zabScope, ...extra }, seed)
  })
})

/** Takes a random way through the model, and plays it on a cluster. */
function walk(
  engine: EngineDefinition<RaftMessage> | EngineDefinition<ZabMessage>,
  scope: EngineScope,
  seed: number,
): void {
  const random = new Random(seed)
  const model = new EngineModel(engine, scope)
  let state = model.initialStates()[0]!
  const initial = state
  const steps: { action: number; state: ClusterState }[] = []
  for (let i = 0; i < 150; i++) {
    const actions = model.actions(state)
    if (actions.length === 0) break
    const action = actions[random.integer(0, actions.length - 1)]!
    const next = model.next(state, action)
    if (next === undefined) continue
    steps.push({ action, state: next })
    state = next
  }
  expect(model.violationOf(state)).toBeUndefined()
  const cluster = play(engine as EngineDefinition<Message>, scope.replicas, model.movesOf({ initial, steps }))
  expect(picture(model, state)).toEqual(pictureOf(cluster))
}

function play(
  engine: EngineDefinition<Message>,
  replicas: number,
  moves: readonly Move[],
): EngineCluster<Message> {
  const cluster = new EngineCluster(engine, replicas, { autoPersist: false })
  for (const move of moves) expect(applyMove(cluster, move), JSON.stringify(move)).toBe(true)
  return cluster
}

function picture(model: EngineModel, state: ClusterState): unknown {
  const { components, scope } = model
  const { replicas } = scope
  const nodes = state.slice(firstLocalAt, firstLocalAt + replicas).map((number) => {
    const local = components.locals[number]!
    const { running, state: captured, disk, writing, timers, appliedIndex } = local
    return canonical({ running, captured, disk: { ...disk, incarnation: 0 }, writing, timers, appliedIndex })
  })
  const flights = state.slice(firstLocalAt + replicas).map((number) => components.flights[number]!)
  return {
    nodes,
    flights: ordered(
      scope.keepsOrder,
      flights.map((flight) => ({
        from: flight.from,
        to: flight.to,
        message: components.messageOf(flight),
        snapshot: components.snapshotOf(flight),
      })),
    ),
  }
}

function pictureOf(cluster: EngineCluster<Message>): unknown {
  const nodes = [...cluster.nodes.values()].map((node) => {
    const { running, engine, durable, writing, timers, appliedIndex } = node
    return canonical({
      running,
      captured: engine?.capture(),
      disk: durable.image(0),
      writing,
      timers: [...timers.keys()].sort(),
      appliedIndex,
    })
  })
  return { nodes, flights: ordered(cluster.keepsOrder, cluster.inFlight) }
}

interface Flying {
  readonly from: number
  readonly to: number
  readonly message: unknown
  readonly snapshot: unknown
}

/** On links that keep order, in the order of each link; otherwise in any one order. */
function ordered(keepsOrder: boolean, flights: readonly Flying[]): string[] {
  const texts = flights.map(({ from, to, message, snapshot }) => ({
    link: `${from}>${to}`,
    text: `${from}>${to} ${canonical({ message, snapshot })}`,
  }))
  return texts
    .sort((a, b) => compare(a.link, b.link) || (keepsOrder ? 0 : compare(a.text, b.text)))
    .map(({ text }) => text)
}

function canonical(value: unknown): string {
  return encodeCanonical(value).join()
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
