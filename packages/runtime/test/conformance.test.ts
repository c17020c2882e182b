import fs from 'node:fs'
import path from 'node:path'
import {
  type DiskSubject,
  type LogStorePlace,
  type LogStoreSubject,
  type SnapshotStoreSubject,
  type Suite,
  type TransportNet,
  type TransportSubject,
  diskSuite,
  logStoreSuite,
  snapshotStoreSuite,
  transportSuite,
} from '@quorate/conformance'
import type { NodeId } from '@quorate/core'
import { type DurableLogStore, openLogStore } from '@quorate/replica'
import { describe, it } from 'vitest'
import {
  type SocketAddress,
  type TcpTransport,
  nodeDisk,
  openNodeStorage,
  tcpTransport,
} from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

function runSuite({ name, cases, skipped }: Suite): void {
  describe(name, () => {
    for (const each of cases) it(each.name, each.run)
    for (const each of skipped) it.skip(each.name)
  })
}

/** Far longer than anything here takes; who gets what it waits for does not wait. */
function patience(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 20_000).unref())
}

const identity = { cluster: 'c', engine: 'raft', machine: { name: 'counter', version: 1 }, node: 1 }

/** Changes a byte of a directory’s first file of that kind. */
function damage(directory: string, prefix: string, part: number): void {
  const name = fs.readdirSync(directory).find((each) => each.startsWith(prefix))!
  const file = path.join(directory, name)
  const bytes = fs.readFileSync(file)
  const at = Math.floor(bytes.length * part)
  bytes[at] = bytes[at]! ^ 0x10
  fs.writeFileSync(file, bytes)
}

const disks: DiskSubject = {
  can: [],
  patience,
  place() {
    const disk = nodeDisk(temporaryDirectory())
    return { open: () => disk, remove: () => disk.close() }
  },
}

/** The log alone: the snapshots that the suite’s operations speak of are nowhere, and would be missed. */
const logs: LogStoreSubject = {
  can: ['reopen', 'damage'],
  patience,
  place(): LogStorePlace {
    const directory = temporaryDirectory()
    return {
      async open() {
        const disk = nodeDisk(directory)
        const log = await new Promise<DurableLogStore>((resolve, reject) => {
          openLogStore(disk, identity, { preallocate: false }, (store, error) => {
            if (store !== undefined) return resolve(store)
            disk.close()
            reject(error!)
          })
        })
        return closing(log, () => disk.close())
      },
      damage: (part) => damage(directory, 'log-', part),
    }
  },
}

const snapshots: SnapshotStoreSubject = {
  can: ['reopen', 'damage'],
  patience,
  place() {
    const directory = temporaryDirectory()
    return {
      async open() {
        const storage = await openNodeStorage(directory, identity)
        return closing(storage.snapshots, () => storage.close())
      },
      damage: (part) => damage(directory, 'snapshot.', part),
    }
  },
}

/** The store, whose `close` goes on to `then`. */
function closing<Store extends { close(): Promise<void> }>(
  store: Store,
  then: () => Promise<void> | void,
): Store {
  const close = async (): Promise<void> => {
    await store.close()
    await then()
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'close') return close
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Nodes that find each other at ports that the system chooses. */
class TcpNet implements TransportNet {
  private readonly running = new Map<NodeId, TcpTransport>()
  private readonly nodes: readonly NodeId[]
  private incarnation = 0

  constructor(nodes: readonly NodeId[]) {
    this.nodes = nodes
  }

  async transport(self: NodeId): Promise<TcpTransport> {
    const transport = await tcpTransport({
      self,
      identity,
      incarnation: ++this.incarnation,
      listen: { host: '127.0.0.1', port: 0 },
      peers: this.addresses(),
      reconnect: { min: 2, max: 20 },
      refusedDelay: 2,
      maxQueuedBytes: 8 << 20,
    })
    this.running.set(self, transport)
    for (const other of this.running.values()) other.setPeers(this.addresses())
    return transport
  }

  /** A node that has not started listens nowhere. */
  private addresses(): Map<NodeId, SocketAddress> {
    const nowhere = { host: '127.0.0.1', port: 9 }
    return new Map(this.nodes.map((node) => [node, this.running.get(node)?.address ?? nowhere]))
  }
}

const links: TransportSubject = {
  can: ['full', 'refuse'],
  patience,
  net: (nodes) => new TcpNet(nodes),
}

describe('files of Node', () => {
  runSuite(diskSuite(disks))
  runSuite(logStoreSuite(logs))
  runSuite(snapshotStoreSuite(snapshots))
})

describe('tcpTransport', () => {
  runSuite(transportSuite(links))
})
