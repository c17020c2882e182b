import { type EngineInit, type NodeId, encodeCanonical, majorityOf } from '@quorate/core'
import { EngineCluster } from '@quorate/sim'
import { describe, expect, test } from 'vitest'
import { type ZabMessage, type ZabState, shapesOf, zab } from './support/exports.ts'
import { Ensemble } from './support/ensemble.ts'

function makeRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % below
  }
}

/** Moves a cluster by pseudo-random choices of everything that can happen. */
function stir(cluster: EngineCluster<ZabMessage>, random: (below: number) => number, steps: number): void {
  const ids = [...cluster.nodes.keys()]
  for (let i = 0; i < steps; i++) {
    const id = ids[random(ids.length)]!
    const node = cluster.node(id)
    const kind = random(21)
    if (kind < 12) cluster.deliver()
    else if (kind < 14) cluster.propose(id, 'x')
    else if (kind < 15) cluster.read(id)
    else if (kind < 17) [...node.timers.keys()].slice(0, 1).forEach((timer) => cluster.fire(id, timer))
    else if (kind < 19) node.completeWrite(cluster.now())
    else if (kind < 20) cluster.transfer(id, ids[random(ids.length)]!)
    else if (id !== ids[0]) cluster.resetLink(id, ids[0]!)
    node.autoPersist = random(3) > 0
  }
}

const init: EngineInit = {
  self: 1,
  membership: majorityOf([1, 2, 3]),
  image: { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() },
  snapshot: undefined,
}

describe('a captured state', () => {
  test('is plain: it has a canonical form', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.propose(3, 'x')
    ensemble.settle()
    expect(encodeCanonical(ensemble.state(3)).length).toBeGreaterThan(100)
    expect(encodeCanonical(ensemble.state(3))).toEqual(encodeCanonical(ensemble.state(3)))
  })

  test('revived behaves as the original, at any time', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const plain = new EngineCluster(zab(), 3)
      const revived = new EngineCluster(zab(), 3)
      const random = [makeRandom(seed), makeRandom(seed)] as const
      for (let round = 0; round < 40; round++) {
        stir(plain, random[0], 15)
        stir(revived, random[1], 15)
        for (const node of revived.nodes.values()) {
          node.engine = zab().revive(init, node.engine!.capture())
        }
        expect(revived.inFlight).toEqual(plain.inFlight)
        for (const id of [1, 2, 3]) {
          expect(revived.node(id).engine!.capture()).toEqual(plain.node(id).engine!.capture())
          expect(revived.node(id).replies).toEqual(plain.node(id).replies)
          expect(revived.node(id).events).toEqual(plain.node(id).events)
        }
      }
    }
  })
})

describe('renaming', () => {
  /** Plays one run with the ids as they are and one with them renamed, and compares what comes of both. */
  function compare(
    rename: (node: NodeId) => NodeId,
    play: (cluster: EngineCluster<ZabMessage>, name: typeof rename) => void,
  ) {
    const definition = zab()
    const plain = new EngineCluster(definition, 3, { drawDelay: (_, min) => min })
    const membership = majorityOf([1, 2, 3].map(rename))
    const renamed = new EngineCluster(definition, 3, { membership, drawDelay: (_, min) => min })
    play(plain, (node) => node)
    play(renamed, rename)
    for (const id of [1, 2, 3]) {
      const there = definition.renameState(plain.node(id).engine!.capture(), rename)
      expect(encodeCanonical(renamed.node(rename(id)).engine!.capture())).toEqual(encodeCanonical(there))
    }
    const flights = plain.inFlight.map(({ from, to, message }) => ({
      from: rename(from),
      to: rename(to),
      message: definition.renameMessage(message, rename),
    }))
    const order = (a: { from: number; to: number }, b: { from: number; to: number }): number =>
      a.from - b.from || a.to - b.to
    const bare = renamed.inFlight.map(({ from, to, message }) => ({ from, to, message }))
    expect(encodeCanonical(bare.sort(order))).toEqual(encodeCanonical(flights.sort(order)))
  }

  test('that keeps the order of ids commutes with every step', () => {
    for (let seed = 1; seed <= 20; seed++) {
      compare(
        (node) => 10 * node + 1,
        (cluster) => stir(cluster, makeRandom(seed), 300),
      )
    }
  })

  test('of followers commutes with broadcast, reads and the loss of one', () => {
    const swap = (node: NodeId): NodeId => (node === 3 ? 3 : 3 - node)
    compare(swap, (cluster, name) => {
      cluster.elect()
      cluster.propose(name(3), 'x')
      cluster.propose(name(1), 'y')
      cluster.settle()
      cluster.read(name(2))
      cluster.isolate(name(1))
      cluster.propose(name(3), 'z')
      for (let i = 0; i < 3; i++) cluster.deliver()
    })
  })

  test('every field of every message that names a replica is known', () => {
    const names = ['leader', 'designated', 'origin']
    const naming = Object.entries(shapesOf).filter(([, fields]) =>
      names.some((name) => fields.includes(name)),
    )
    expect(naming.map(([type]) => type)).toEqual([
      'NOTIFICATION',
      'LEADERINFO',
      'RELAYREQUEST',
      'RELAYREJECT',
      'HANDOVER',
    ])
  })

  test('a state keeps its meaning', () => {
    const ensemble = new Ensemble(3)
    ensemble.elect()
    ensemble.propose(1, 'x')
    ensemble.settle()
    const swap = (node: NodeId): NodeId => 4 - node
    const renamed = zab().renameState(ensemble.state(3), swap) as ZabState
    expect(renamed.self).toBe(1)
    expect(renamed.leadership!.learners.map(({ node }) => node)).toEqual([2, 3])
    expect(renamed.log.entries[0]!.request!.replica).toBe(3)
    expect(zab().renameState(renamed, swap)).toEqual(ensemble.state(3))
  })
})
