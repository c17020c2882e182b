import type { Server, Socket } from 'node:net'
import { type AnyMachineDefinition, type Logger, type Observation, silentLogger } from '@quorate/core'
import type { Replica } from '@quorate/replica'
import { listen } from '@quorate/runtime'
import { ClientConnection, type ConnectionHost } from './client-connection.ts'
import type { ServiceStatus } from './service-status.ts'

/** Where a replica's native clients connect. */
export class ClientServer {
  private server: Server | undefined
  private readonly host: ConnectionHost
  private readonly connections = new Map<Socket, ClientConnection>()
  private leadership = { established: false, leader: 0 }

  constructor(
    replica: Replica,
    machine: AnyMachineDefinition,
    status: () => ServiceStatus,
    logger: Logger = silentLogger,
  ) {
    const badBytes = (problem: string): void =>
      logger.warn({ problem }, 'bad bytes from a client; it was cut off')
    this.host = { replica, machine, status, badBytes }
  }

  /** Resolves with the port when clients can connect. Rejects with a `QuorateError`: `ADDRESS_IN_USE` or `USAGE`. */
  async listen(host: string, port: number): Promise<number> {
    this.server = await listen({ host, port }, (socket) => this.accept(socket))
    return (this.server.address() as { port: number }).port
  }

  /** Tells every client who leads. */
  onState({ established, leader }: Observation): void {
    this.leadership = { established, leader: leader ?? 0 }
    for (const connection of this.connections.values()) connection.tellLeadership(established, leader ?? 0)
  }

  /** Ends all connections. */
  close(): Promise<void> {
    for (const socket of this.connections.keys()) socket.destroy()
    return new Promise((resolve) =>
      this.server === undefined ? resolve() : this.server.close(() => resolve()),
    )
  }

  private accept(socket: Socket): void {
    const connection = new ClientConnection(socket, this.host)
    this.connections.set(socket, connection)
    socket.on('close', () => this.connections.delete(socket))
    connection.tellLeadership(this.leadership.established, this.leadership.leader)
  }
}
