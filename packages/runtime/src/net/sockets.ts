import net from 'node:net'
import { QuorateError } from '@quorate/core'

/** Where a program listens, or is to be reached. */
export interface SocketAddress {
  readonly host: string
  readonly port: number
}

/** After this much silence the kernel asks whether the other end is still there, milliseconds. */
const keepAliveDelay = 5_000

/** Begins to connect. This function and `listen` are all that would differ with TLS. */
export function connect(address: SocketAddress): net.Socket {
  const socket = net.connect({ host: address.host, port: address.port })
  return tune(socket)
}

/** Sends at once what is written, and notices a silent end. */
export function tune(socket: net.Socket): net.Socket {
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveDelay)
  return socket
}

/**
 * Listens. Rejects with a `QuorateError` in one line: `ADDRESS_IN_USE`, or `USAGE` for an address that cannot be
 * listened on.
 */
export function listen(address: SocketAddress, onSocket: (socket: net.Socket) => void): Promise<net.Server> {
  const server = net.createServer((socket) => onSocket(tune(socket)))
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unusable(address, error)))
    server.listen({ host: address.host, port: address.port }, () => {
      server.removeAllListeners('error')
      // From here on an error concerns one connection that could not be taken (too many open files), not the server.
      server.on('error', () => {})
      resolve(server)
    })
  })
}

function unusable(address: SocketAddress, cause: NodeJS.ErrnoException): QuorateError {
  const where = `${address.host}:${address.port}`
  if (cause.code === 'EADDRINUSE') {
    return new QuorateError(
      'ADDRESS_IN_USE',
      `cannot listen on ${where}: another program does. Stop it, or choose another port`,
      { cause, details: { ...address } },
    )
  }
  return new QuorateError('USAGE', `cannot listen on ${where}: ${cause.message}. Check the address`, {
    cause,
    details: { ...address },
  })
}
