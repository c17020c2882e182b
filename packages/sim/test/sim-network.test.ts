import type { LinkNeeds, NodeId, Transport } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { type NetworkConditions, calmNetwork } from '../src/network/network-conditions.ts'
import { SimNetwork } from '../src/network/sim-network.ts'
import { Random } from '../src/random/random.ts'
import { Scheduler } from '../src/time/scheduler.ts'
import { runAll } from './support/run-all.ts'

interface End {
  readonly transport: Transport
  readonly owner: { node: NodeId; alive: boolean; deferred: undefined }
  /** What it was told, in order: `+2`, `-2`, `2:7` for the frame 7 from 2. */
  readonly seen: string[]
}

/** Three nodes, and what each was told. */
class Net {
  readonly scheduler = new Scheduler(1)
  readonly disturbed: string[] = []
  readonly network: SimNetwork
  readonly ends = new Map<NodeId, End>()

  constructor(mode: LinkNeeds, conditions: Partial<NetworkConditions> = {}, seed = 1) {
    this.network = new SimNetwork({
      scheduler: this.scheduler,
      random: new Random(seed),
      nodes: [1, 2, 3],
      mode,
      conditions: { ...calmNetwork, ...conditions },
      watcher: { delivered: () => {}, disturbed: (kind) => this.disturbed.push(kind), session: () => {} },
    })
    for (const node of [1, 2, 3]) this.start(node)
    this.run(1000)
  }

  start(node: NodeId): void {
    const owner = { node, alive: true, deferred: undefined }
    const transport = this.network.transport(owner)
    const seen: string[] = []
    transport.start({
      peerUp: (peer) => seen.push(`+${peer}`),
      peerDown: (peer) => seen.push(`-${peer}`),
      frame: (peer, frame) => seen.push(`${peer}:${frame[0]}`),
    })
    this.ends.set(node, { transport, owner, seen })
  }

  stop(node: NodeId): void {
    this.ends.get(node)!.owner.alive = false
    this.network.detach(node)
  }

  send(from: NodeId, to: NodeId, ...numbers: number[]): boolean[] {
    return numbers.map((number) => this.ends.get(from)!.transport.send(to, Uint8Array.of(number)))
  }

  /** What `node` was told by or about `peer`, since the last time it was asked. */
  told(node: NodeId, peer: NodeId): string[] {
    const { seen } = this.ends.get(node)!
    const about = seen.filter(
      (what) => what === `+${peer}` || what === `-${peer}` || what.startsWith(`${peer}:`),
    )
    seen.splice(0, seen.length, ...seen.filter((what) => !about.includes(what)))
    return about
  }

  run(milliseconds = 10_000): void {
    runAll(this.scheduler, milliseconds)
  }
}

const frames = Array.from({ length: 50 }, (_, i) => i)
const inOrder = frames.map((frame) => `1:${frame}`)

describe.each(['fifo', 'any'] as const)('links of kind %s', (mode) => {
  it('connect every two nodes', () => {
    const net = new Net(mode)
    for (const [a, b] of [
      [1, 2],
      [2, 1],
      [1, 3],
      [3, 1],
      [2, 3],
      [3, 2],
    ] as const) {
      expect(net.told(a, b)).toEqual([`+${b}`])
    }
  })

  it('carry frames in order when nothing disturbs them', () => {
    for (let seed = 0; seed < 20; seed++) {
      const net = new Net(mode, { minDelay: 1, meanDelay: 20 }, seed)
      net.told(2, 1)
      net.send(1, 2, ...frames)
      net.run()
      expect(net.told(2, 1)).toEqual(inOrder)
    }
  })

  it('tell both ends of a break, deliver nothing of it afterwards, and connect again', () => {
    let lost = 0
    for (let seed = 0; seed < 20; seed++) {
      const net = new Net(mode, { minDelay: 1, meanDelay: 20 }, seed)
      for (const node of [1, 2]) net.told(node, 3 - node)
      net.send(1, 2, ...frames)
      net.run(10)
      net.network.link(1, 2).break()
      net.run()
      net.send(1, 2, 99)
      net.run()
      const told = net.told(2, 1)
      const down = told.indexOf('-1')
      expect(told.slice(0, down)).toEqual(inOrder.slice(0, down))
      expect(told.slice(down)).toEqual(['-1', '+1', '1:99'])
      expect(net.told(1, 2)).toEqual(['-2', '+2'])
      lost += frames.length - down
    }
    expect(lost).toBeGreaterThan(0)
  })

  it('tell who resets a link at once, but never during the call', () => {
    const net = new Net(mode)
    for (const node of [1, 2]) net.told(node, 3 - node)
    net.ends.get(1)!.transport.reset(2)
    expect(net.told(1, 2)).toEqual([])
    net.run()
    expect(net.told(1, 2)).toEqual(['-2', '+2'])
    expect(net.told(2, 1)).toEqual(['-1', '+1'])
  })

  it('tell the others when a process dies, and when it is back', () => {
    const net = new Net(mode)
    net.told(2, 1)
    net.send(1, 2, 1)
    net.stop(1)
    net.run()
    expect(net.told(2, 1)).toEqual(['-1'])
    net.send(2, 1, 5)
    net.start(1)
    net.run()
    expect(net.told(2, 1)).toEqual(['+1'])
    expect(net.told(1, 2)).toEqual(['+2'])
  })

  it('let nothing through while they are cut, and are made anew afterwards', () => {
    const net = new Net(mode)
    for (const [from, to] of [
      [1, 2],
      [2, 1],
    ] as const)
      net.network.cut(from, to, false)
    net.run()
    for (const node of [1, 2]) expect(net.told(node, 3 - node)).toEqual([`+${3 - node}`, `-${3 - node}`])
    net.send(1, 2, 1)
    net.network.heal(1, 2)
    net.run()
    expect(net.told(2, 1)).toEqual([])
    net.network.heal(2, 1)
    net.run()
    expect(net.told(2, 1)).toEqual(['+1'])
    expect(net.told(2, 3)).toEqual(['+3'])
  })

  it('are slow while they are clogged', () => {
    const net = new Net(mode)
    net.told(2, 1)
    net.network.clog(1, 2, 500)
    net.send(1, 2, 1)
    net.run(499)
    expect(net.told(2, 1)).toEqual([])
    net.run(10)
    expect(net.told(2, 1)).toEqual(['1:1'])
  })
})

describe('links of kind fifo', () => {
  it('hold what a silent cut stops, and deliver it in order when it is healed in time', () => {
    for (let seed = 0; seed < 20; seed++) {
      const net = new Net('fifo', { minDelay: 1, meanDelay: 20, keepalive: 10_000 }, seed)
      for (const node of [1, 2]) net.told(node, 3 - node)
      net.send(1, 2, ...frames.slice(0, 20))
      net.run(10)
      net.network.cut(1, 2, true)
      net.send(1, 2, ...frames.slice(20, 40))
      net.run(100)
      net.send(2, 1, 7)
      net.run(100)
      expect(net.told(1, 2)).toEqual(['2:7'])
      net.network.heal(1, 2)
      net.send(1, 2, ...frames.slice(40))
      net.run()
      expect(net.told(2, 1)).toEqual(inOrder)
    }
  })

  it('break when a silent cut lasts too long', () => {
    const net = new Net('fifo', { keepalive: 100 })
    net.network.cut(1, 2, true)
    net.run(1000)
    expect(net.told(1, 2)).toEqual(['+2', '-2'])
    expect(net.told(2, 1)).toEqual(['+1', '-1'])
  })

  it('forget what a silent cut holds when the session ends, however the cut is healed', () => {
    const net = new Net('fifo', { keepalive: 100_000 })
    net.told(2, 1)
    net.network.cut(1, 2, true)
    net.send(1, 2, 1, 2, 3)
    net.run(100)
    net.network.link(1, 2).break()
    net.network.heal(1, 2)
    net.run()
    expect(net.told(2, 1)).toEqual(['-1', '+1'])
    net.send(1, 2, 4)
    net.run()
    expect(net.told(2, 1)).toEqual(['1:4'])
  })

  it('say when a path is full', () => {
    const net = new Net('fifo', { capacity: 3 })
    expect(net.send(1, 2, 1, 2, 3, 4, 5)).toEqual([true, true, true, false, false])
    net.run()
    expect(net.send(1, 2, 6)).toEqual([true])
  })
})

describe('links of kind any', () => {
  const rates = { loss: 0.2, duplicate: 0.2, reorder: 0.2, minDelay: 1, meanDelay: 2 }

  it('lose, repeat and reorder frames at their rates', () => {
    const net = new Net('any', rates)
    net.told(2, 1)
    for (let i = 0; i < 1000; i++) {
      net.send(1, 2, i % 250)
      net.run(1)
    }
    net.run()
    for (const kind of ['loss', 'duplicate', 'reorder']) {
      const count = net.disturbed.filter((what) => what === kind).length
      expect(count).toBeGreaterThan(100)
      expect(count).toBeLessThan(300)
    }
    const arrived = net.told(2, 1)
    expect(arrived.length).toBeGreaterThan(800)
    expect(arrived).not.toEqual(arrived.toSorted())
  })

  it('stop doing so when they are calmed', () => {
    const net = new Net('any', rates)
    net.told(2, 1)
    net.network.calm()
    net.send(1, 2, ...frames)
    net.run()
    expect(net.told(2, 1)).toEqual(inOrder)
  })

  it('lose what a silent cut stops, and keep their session', () => {
    const net = new Net('any', { keepalive: 10 })
    net.told(2, 1)
    net.network.cut(1, 2, true)
    net.send(1, 2, 1)
    net.run()
    net.network.heal(1, 2)
    net.send(1, 2, 2)
    net.run()
    expect(net.told(2, 1)).toEqual(['1:2'])
  })
})
