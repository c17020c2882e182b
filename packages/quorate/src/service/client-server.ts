import { type Server, createServer } from 'node:net'
import { type Logger, type MachineDefinition, type Observation, QuorateError, silentLogger } from '@quorate/core'
import type { Replica } from '@quorate/replica'
import { ClientConnection, type ConnectionHost } from './client-connection.ts'
import type { ServiceStatus } from './service-status.ts'

/** Where a replica's native clients connect. */
export class ClientServer {
  private readonly server: Server
  private readonly connections = new Set<ClientConnection>()
  private leadership = { established: false, leader: 0 }

  constructor(
    replica: Replica,
    machine: MachineDefinition<unknown, unknown, unknown, unknown, unknown>,
    status: () => ServiceStatus,
    logger: Logger = silentLogger,
  ) {
    const badBytes = (problem: string): void => logger.warn({ problem }, 'bad bytes from a client; it was cut off')
    const host: ConnectionHost = { replica, machine, status, badBytes }
    this.server = createServer((socket) => {
      const connection = new ClientConnection(socket, host)
      this.connections.add(connection)
      socket.on('close', () => this.connections.delete(connection))
      connection.tellLeadership(this.leadership.established, this.leadership.leader)
    })
  }

  /** Resolves when clients can connect. Rejects with a `QuorateError`, `ADDRESS_IN_USE` if the port is taken. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', (cause: NodeJS.ErrnoException) => {
        const taken = cause.code === 'EADDRINUSE'
        const problem = taken ? 'is in use by another process; choose another one' : cause.message
        reject(new QuorateError(taken ? 'ADDRESS_IN_USE' : 'USAGE', `client port ${host}:${port} ${problem}`, { cause }))
      })
      this.server.listen(port, host, resolve)
    })
  }

  /** Tells every client who leads. */
  onState({ established, leader }: Observation): void {
    this.leadership = { established, leader: leader ?? 0 }
    for (const connection of this.connections) connection.tellLeadership(established, leader ?? 0)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
