import { type Socket, connect } from 'node:net'
import { expect, test } from 'vitest'
import { startQuorate, temporaryDirectory } from './run-quorate.ts'

/** One replica, and the port that its clients connect to. */
async function startReplica(): Promise<{ port: number; running: ReturnType<typeof startQuorate> }> {
  const words = ['serve', '--id', '1', '--peers', '1=127.0.0.1:0', '--client-port', '0']
  const running = startQuorate(...words, '--directory', temporaryDirectory())
  await running.printed('on port ')
  return { port: Number(/on port (\d+)/.exec(running.stdout())![1]), running }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
  })
}

/** A frame of the native client protocol: its length, its type, a request id, and the rest. */
function frame(type: number, rest: readonly number[]): Uint8Array {
  const body = Uint8Array.from([type, 7, 0, 0, 0, ...rest])
  return Uint8Array.from([body.length, 0, 0, 0, ...body])
}

test.for<[string, Uint8Array]>([
  ['a command that is none', frame(1, [0xff, 0xfe, 1, 2, 3])],
  ['an empty command', frame(1, [])],
  ['a query that is none', frame(2, [0, 0xff, 0xfe])],
  ['a read mode that is none', frame(2, [9])],
  ['a type that there is not', frame(99, [])],
  ['a frame that is too long', Uint8Array.from([0xff, 0xff, 0xff, 0x7f, 1])],
])('%s costs its client the connection, and nobody else anything', async ([, bytes]) => {
  const { port, running } = await startReplica()
  const bad = await open(port)
  bad.resume()
  const closed = new Promise((resolve) => bad.once('close', resolve))
  bad.write(bytes)
  await closed
  const good = await open(port)
  const answer = new Promise<Uint8Array>((resolve) => {
    good.on('data', (chunk: Uint8Array) => {
      // What comes unasked tells who leads; the answer to a status request is of type 18.
      if (chunk.includes(18)) resolve(chunk)
    })
  })
  good.write(frame(3, []))
  expect(String(await answer)).toContain('"node":1')
  expect(running.child.exitCode).toBeNull()
  good.destroy()
})
