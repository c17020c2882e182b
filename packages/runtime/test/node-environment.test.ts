import { EventEmitter, once } from 'node:events'
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { nodeEnvironment } from '../src/index.ts'

describe('real time', () => {
  it('has a wall clock and one that only goes on', () => {
    const environment = nodeEnvironment()
    const first = environment.now()
    const second = environment.now()
    expect(Math.abs(first.wall - Date.now())).toBeLessThan(10_000)
    expect(second.monotonic).toBeGreaterThanOrEqual(first.monotonic)
    expect(environment.random()).toBeLessThan(1)
  })

  it('never runs a timer early, and runs none that was cancelled', async () => {
    const environment = nodeEnvironment()
    environment.setTimer(1, () => expect.unreachable()).cancel()
    const delays = [0, 0.4, 1, 1.5, 3.7, 10.2]
    await Promise.all(
      delays.map(
        (delay) =>
          new Promise<void>((resolve) => {
            const start = environment.now().monotonic
            environment.setTimer(delay, () => {
              expect(environment.now().monotonic - start).toBeGreaterThanOrEqual(delay)
              resolve()
            })
          }),
      ),
    )
    environment.setTimer(2 ** 40, () => expect.unreachable()).cancel()
  })
})

describe('the end of the turn', () => {
  it('comes once for each that asks, in order, after this turn; one that throws stops no other', async () => {
    const environment = nodeEnvironment()
    const order: string[] = []
    const caught = new EventEmitter()
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', (error) => caught.emit('error-seen', error))
    const seen = once(caught, 'error-seen')
    await new Promise<void>((resolve) => {
      environment.endOfTurn(() => {
        order.push('a')
        environment.endOfTurn(() => {
          order.push('next turn')
          resolve()
        })
      })
      environment.endOfTurn(() => {
        order.push('b')
        throw new Error('on purpose')
      })
      environment.endOfTurn(() => order.push('c'))
      order.push('this turn')
    })
    await seen
    for (const listener of others) process.on('uncaughtException', listener)
    expect(order).toEqual(['this turn', 'a', 'b', 'c', 'next turn'])
  })

  it('comes after every socket that had something to read was read', async () => {
    const environment = nodeEnvironment()
    const count = 20
    const server = net.createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as net.AddressInfo
    const clients = Array.from({ length: count }, () => net.connect(port, '127.0.0.1'))
    const accepted: net.Socket[] = []
    server.on('connection', (socket) => accepted.push(socket))
    await Promise.all(clients.map((client) => once(client, 'connect')))
    while (accepted.length < count) await once(server, 'connection')
    const turns: number[] = []
    let taken = 0
    let seen = 0
    await new Promise<void>((resolve) => {
      for (const socket of accepted) {
        socket.on('data', () => {
          taken += 1
          if (taken > 1) return
          environment.endOfTurn(() => {
            turns.push(taken)
            seen += taken
            taken = 0
            if (seen === count) resolve()
          })
        })
      }
      for (const client of clients) client.write('x')
      // All of it is in the kernel before the loop polls again.
    })
    expect(seen).toBe(count)
    expect(turns.length).toBeLessThan(count)
    for (const client of clients) client.destroy()
    server.close()
  })
})
