import type {
  AnyEngineDefinition,
  EngineDefinition,
  EngineInit,
  Input,
  Monitor,
  MonitorBlame,
  MonitorDefinition,
  Output,
} from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { EngineCluster, type Violation, monitorEngine, refineEngine } from '../src/index.ts'
import { Books } from '../src/invariants/books.ts'
import { type SlotMessage, slotEngine } from './support/slot-engine.ts'

/** PMMC's A2, as it were: who says that it has accepted a slot has it on disk. */
class Acceptors implements Monitor<SlotMessage> {
  readonly seen: string[] = []
  private readonly blame: MonitorBlame
  private readonly durable = new Map<number, Set<number>>()
  private readonly writing = new Map<number, { sequence: number; slots: number[] }[]>()

  constructor(blame: MonitorBlame) {
    this.blame = blame
  }

  created({ self, image }: EngineInit): void {
    this.seen.push(`created ${self}`)
    this.durable.set(self, new Set(image.entries.map(({ index }) => index)))
    this.writing.set(self, [])
  }

  given(node: number, input: Input<SlotMessage>): void {
    if (input.type === 'persisted') {
      for (const { sequence, slots } of this.writing.get(node)!)
        if (sequence <= input.token.sequence) for (const slot of slots) this.durable.get(node)!.add(slot)
    }
    if (input.type !== 'receive' || input.message.type !== 'Accepted') return
    this.seen.push(`${input.from} accepted ${input.message.slots.join()}`)
    for (const slot of input.message.slots) {
      if (this.durable.get(input.from)!.has(slot)) continue
      const message = `replica ${input.from} says that it accepted ${slot}, and has not`
      this.blame({ invariant: 'toy A2', message, node: input.from, context: { slot } })
    }
  }

  taken(node: number, { persist }: Output<SlotMessage>): void {
    if (persist === undefined) return
    const slots = persist.operations.flatMap((operation) =>
      operation.type === 'accept' ? operation.entries.map(({ index }) => index) : [],
    )
    this.writing.get(node)!.push({ sequence: persist.token.sequence, slots })
  }
}

const acceptors: MonitorDefinition<SlotMessage> = {
  invariants: ['toy A2'],
  create: (blame) => new Acceptors(blame),
}

/** A cluster of the toy that is watched by refinement and monitor, and what they find. */
function watchedCluster(definition: EngineDefinition<SlotMessage>): {
  cluster: EngineCluster<SlotMessage>
  violations: Violation[]
} {
  const violations: Violation[] = []
  const blame = (violation: Violation): void => void violations.push(violation)
  const watched = monitorEngine(refineEngine(definition, blame), blame) as EngineDefinition<SlotMessage>
  return { cluster: new EngineCluster(watched, 3), violations }
}

function proposeTwice(cluster: EngineCluster<SlotMessage>): void {
  const { engine } = cluster.node(1)
  const request = { replica: 1, sequence: 1 }
  engine!.step({ type: 'propose', request, data: Uint8Array.of(1) }, cluster.now())
  cluster.propose(1)
}

describe('a monitor of a cluster that is moved by hand', () => {
  it('finds nothing where all is as it should be, holes and crashes and all', () => {
    const { cluster, violations } = watchedCluster({ ...slotEngine(), monitor: acceptors })
    for (let round = 0; round < 20; round++) {
      if (round % 3 === 0) {
        cluster.crash(2)
        cluster.start(2)
      }
      proposeTwice(cluster)
      if (round % 3 === 1) cluster.lose(({ message, to }) => to === 3 && message.type === 'Accept')
      cluster.settle()
    }
    expect(violations).toEqual([])
    expect(cluster.node(1).appliedIndex).toBe(40)
    expect(cluster.node(3).appliedIndex).toBe(40)
  })

  it('finds what breaks a rule, by its own name', () => {
    const { cluster, violations } = watchedCluster({ ...slotEngine(true), monitor: acceptors })
    for (const node of cluster.nodes.values()) node.autoPersist = node.id === 1
    proposeTwice(cluster)
    cluster.settle()
    expect(violations.find(({ invariant }) => invariant === 'toy A2')).toMatchObject({
      message: 'replica 2 says that it accepted 2, and has not',
      node: 2,
      context: { slot: 2 },
    })
    expect(violations.map(({ invariant }) => invariant)).toContain('refinement')
  })

  it('sees all replicas, each in its order, and one cluster for each call', () => {
    const monitors: Acceptors[] = []
    const create = (blame: MonitorBlame): Monitor<SlotMessage> => {
      monitors.push(new Acceptors(blame))
      return monitors.at(-1)!
    }
    const definition = { ...slotEngine(), monitor: { ...acceptors, create } }
    const { cluster } = watchedCluster(definition)
    proposeTwice(cluster)
    cluster.settle()
    expect(monitors).toHaveLength(1)
    expect(monitors[0]!.seen).toEqual([
      'created 1',
      'created 2',
      'created 3',
      '1 accepted 2,1',
      '2 accepted 2',
      '3 accepted 2',
      '2 accepted 1',
      '3 accepted 1',
    ])
    watchedCluster(definition)
    expect(monitors).toHaveLength(2)
  })

  it('is none where the protocol has none', () => {
    const definition: AnyEngineDefinition = slotEngine()
    expect(monitorEngine(definition, () => {})).toBe(definition)
  })
})

it('the books keep a monitor unless they are told not to', () => {
  const definition = { ...slotEngine(), monitor: acceptors } as AnyEngineDefinition
  expect(new Books(0, definition).monitors).toHaveLength(2)
  expect(new Books(0, definition, { monitor: false }).monitors).toHaveLength(1)
  expect(new Books(0, definition, { monitor: false, refinement: false }).monitors).toEqual([])
  expect(new Books(0, slotEngine()).monitors).toHaveLength(1)
})
