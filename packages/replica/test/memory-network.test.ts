import type { NodeId, Transport } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryNetwork } from '../src/index.ts'
import { ManualEnvironment } from './support/manual-environment.ts'

/** Three ends of a network, and what each was told. */
class Net {
  readonly environment = new ManualEnvironment()
  readonly network = new MemoryNetwork((run) => this.environment.endOfTurn(run))
  readonly told = new Map<NodeId, string[]>()
  readonly ends = new Map<NodeId, Transport>()

  constructor(nodes: readonly NodeId[] = [1, 2]) {
    for (const node of nodes) this.start(node)
    this.environment.settle()
  }

  start(node: NodeId): void {
    const told: string[] = []
    const end = this.network.transport(node)
    this.told.set(node, told)
    this.ends.set(node, end)
    end.start({
      peerUp: (peer) => void told.push(`up ${peer}`),
      peerDown: (peer) => void told.push(`down ${peer}`),
      frame: (peer, bytes) => void told.push(`${peer}: ${bytes.join()}`),
    })
  }

  end(node: NodeId): Transport {
    return this.ends.get(node)!
  }

  /** What `node` was told since it was last asked. */
  heard(node: NodeId): string[] {
    return this.told.get(node)!.splice(0)
  }
}

describe('MemoryNetwork', () => {
  it('connects those that have started, and tells both ends', () => {
    const net = new Net([1, 2, 3])
    expect([1, 2, 3].map((node) => net.heard(node).sort())).toEqual([
      ['up 2', 'up 3'],
      ['up 1', 'up 3'],
      ['up 1', 'up 2'],
    ])
  })

  it('carries frames in order, and never from within a call', () => {
    const net = new Net()
    net.heard(2)
    expect(net.end(1).send(2, Uint8Array.of(1))).toBe(true)
    net.end(1).send(2, Uint8Array.of(2))
    expect(net.heard(2)).toEqual([])
    net.environment.settle()
    expect(net.heard(2)).toEqual(['1: 1', '1: 2'])
  })

  it('drops what is sent without a session', () => {
    const net = new Net([1])
    net.end(1).send(2, Uint8Array.of(1))
    net.start(2)
    net.end(1).send(2, Uint8Array.of(2))
    net.environment.settle()
    expect(net.heard(2)).toEqual(['up 1'])
    net.end(1).send(7, Uint8Array.of(2))
    net.environment.settle()
  })

  it('ends a session that is reset, with what is under way, and begins another', () => {
    const net = new Net()
    net.heard(1)
    net.heard(2)
    net.end(1).send(2, Uint8Array.of(1))
    net.end(2).send(1, Uint8Array.of(1))
    net.end(1).reset(2)
    net.end(1).send(2, Uint8Array.of(2))
    net.end(2).send(1, Uint8Array.of(2))
    net.environment.settle()
    net.end(1).send(2, Uint8Array.of(3))
    net.environment.settle()
    expect(net.heard(1)).toEqual(['down 2', 'up 2'])
    expect(net.heard(2)).toEqual(['down 1', 'up 1', '1: 3'])
  })

  it('makes one new session of two resets', () => {
    const net = new Net()
    net.heard(1)
    net.end(1).reset(2)
    net.end(2).reset(1)
    net.environment.settle()
    expect(net.heard(1)).toEqual(['down 2', 'up 2'])
  })

  it('tells the others of one that closes, and nothing more to that one', async () => {
    const net = new Net()
    net.heard(1)
    net.heard(2)
    net.end(1).send(2, Uint8Array.of(1))
    await net.end(2).close()
    await net.end(2).close()
    net.environment.settle()
    expect([net.heard(1), net.heard(2)]).toEqual([['down 2'], []])
    net.start(2)
    net.environment.settle()
    expect([net.heard(1), net.heard(2)]).toEqual([['up 2'], ['up 1']])
  })

  it('delivers nothing between down and up, and nothing of an older session', () => {
    type Action =
      | readonly ['send' | 'reset', NodeId, NodeId]
      | readonly ['restart', NodeId]
      | readonly ['turn']
    const node = fc.constantFrom(1, 2, 3)
    const action: fc.Arbitrary<Action> = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constant('send' as const), node, node) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('reset' as const), node, node) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('restart' as const), node) },
      { weight: 4, arbitrary: fc.constant(['turn'] as const) },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 50 }), (actions) => {
        const net = new Net([1, 2, 3])
        let count = 0
        for (const [kind, a = 0, b = 0] of actions as (readonly [Action[0], NodeId?, NodeId?])[]) {
          if (kind === 'turn') net.environment.turn()
          else if (kind === 'restart') {
            void net.end(a).close()
            net.start(a)
          } else if (a !== b && kind === 'send') net.end(a).send(b, Uint8Array.of(++count & 0xff))
          else if (a !== b) net.end(a).reset(b)
        }
        net.environment.settle()
        for (const told of net.told.values()) checkSessions(told)
      }),
      { numRuns: 500 },
    )
  })
})

/** Up and down alternate for each peer, frames come between them, in the order in which they were sent. */
function checkSessions(told: readonly string[]): void {
  const isUp = new Map<string, boolean>()
  const last = new Map<string, number>()
  for (const event of told) {
    const [, kind, peer, number] = /^(?:(up|down) (\d)|\d: (\d+))$/.exec(event)!
    if (kind !== undefined) {
      expect([event, isUp.get(peer!) ?? false]).toEqual([event, kind === 'down'])
      isUp.set(peer!, kind === 'up')
    } else {
      const from = event[0]!
      expect([event, isUp.get(from)]).toEqual([event, true])
      expect(Number(number)).toBeGreaterThan(last.get(from) ?? 0)
      last.set(from, Number(number))
    }
  }
}
