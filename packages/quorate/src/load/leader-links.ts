import { type NodeId, QuorateError } from '@quorate/core'
import { ServiceClient } from '../service/service-client.ts'

/** Connections to every replica, and which of them says that it leads. */
export class LeaderLinks {
  readonly clients: ReadonlyMap<NodeId, ServiceClient>
  private leaderId: NodeId | undefined
  private readonly waiting = new Set<() => void>()

  /** `onLeader` is called whenever a replica says that it is the established leader. */
  constructor(addresses: ReadonlyMap<NodeId, { host: string; port: number }>, onLeader: () => void) {
    const open = (id: NodeId, { host, port }: { host: string; port: number }): ServiceClient =>
      new ServiceClient(host, port, {
        connected: () => {},
        disconnected: () => this.leads(id, false, onLeader),
        leadership: (established) => this.leads(id, established, onLeader),
      })
    this.clients = new Map([...addresses].map(([id, address]) => [id, open(id, address)]))
  }

  /** The replica that leads, as far as is known. */
  get leader(): NodeId | undefined {
    return this.leaderId
  }

  get leaderClient(): ServiceClient | undefined {
    return this.leaderId === undefined ? undefined : this.clients.get(this.leaderId)
  }

  /** Resolves once a replica leads. Rejects with a `QuorateError` if none does for so many milliseconds. */
  established(patience: number): Promise<NodeId> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.delete(check)
        reject(new QuorateError('NOT_LEADER', `no leader was elected within ${patience / 1000} s`))
      }, patience)
      const check = (): void => {
        if (this.leaderId === undefined) return
        this.waiting.delete(check)
        clearTimeout(late)
        resolve(this.leaderId)
      }
      this.waiting.add(check)
      check()
    })
  }

  close(): void {
    for (const client of this.clients.values()) client.close()
  }

  private leads(id: NodeId, established: boolean, onLeader: () => void): void {
    if (established) {
      this.leaderId = id
      onLeader()
      for (const check of this.waiting) check()
    } else if (this.leaderId === id) {
      this.leaderId = undefined
    }
  }
}
