import type { NodeId, Transport } from '@quorate/core'
import { MemoryNetwork } from '@quorate/replica'
import { Random, Scheduler, SimNetwork, calmNetwork } from '@quorate/sim'
import { type TransportSubject, patienceOf } from '../../src/index.ts'
import { Queue } from './queue.ts'

/** What a wrapper can do to a transport. */
export type WrapTransport = (
  transport: Transport,
  node: NodeId,
  later: (run: () => void) => void,
) => Transport

/** The network in memory, as it is or wrapped. */
export function memoryNetwork(wrap: WrapTransport = (transport) => transport): TransportSubject {
  const queue = new Queue()
  return {
    can: [],
    patience: patienceOf(queue.step),
    net() {
      const network = new MemoryNetwork(queue.defer)
      return { transport: (node) => wrap(network.transport(node), node, queue.defer) }
    },
  }
}

/** The simulator’s network, with links that keep the order. */
export function simNetwork(): TransportSubject {
  let scheduler = new Scheduler(1)
  const step = (): boolean => {
    const event = scheduler.next()
    event?.run()
    return event !== undefined
  }
  return {
    can: ['break', 'full'],
    patience: patienceOf(step),
    net(nodes, seed) {
      scheduler = new Scheduler(1)
      const random = new Random(seed)
      const conditions = { ...calmNetwork, capacity: 500 }
      const network = new SimNetwork({ scheduler, random, nodes, mode: 'fifo', conditions })
      return {
        transport: (node) => network.transport({ node, alive: true, deferred: undefined }),
        break(a, b) {
          network.cut(a, b, false)
          network.heal(a, b)
        },
      }
    },
  }
}
