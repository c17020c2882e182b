import net from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { QuorateError } from '@quorate/core'
import { tcpTransport } from '../src/index.ts'
import { frameTypes } from '../src/net/link-protocol.ts'
import { atEnd, dial, identity, node, pair, serve } from './network.ts'

const nowhere = { host: '127.0.0.1', port: 1 }

describe('a link', () => {
  it('carries frames of any size both ways, in order', async () => {
    const [first, second] = await pair()
    const sizes = [0, 1, 5, 70_000, 300, 20 << 20, 2, 65_536, 65_537]
    for (const size of sizes) expect(first.send(2, new Uint8Array(size).fill(size & 0xff))).toBe(true)
    second.send(1, Uint8Array.of(9))
    await Promise.all([second.until(() => second.frames.length === sizes.length), first.seen('2: 9')])
    expect(second.frames.map((frame) => frame.length)).toEqual(sizes)
    for (const frame of second.frames)
      expect(frame.every((byte) => byte === (frame.length & 0xff))).toBe(true)
  })

  it('keeps order over many turns', async () => {
    const [first, second] = await pair()
    const got: number[] = []
    second.onFrame = (_, bytes) => got.push(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0))
    let sent = 0
    const turn = (): void => {
      for (let i = 0; i < 50; i++) {
        const frame = new Uint8Array(4 + (sent % 700))
        new DataView(frame.buffer).setUint32(0, sent++)
        first.send(2, frame)
      }
      if (sent < 5000) setImmediate(turn)
    }
    turn()
    await second.until(() => second.frames.length === 5000)
    expect(got).toEqual(Array.from({ length: 5000 }, (_, i) => i))
  })

  it('sends what one turn queued in one write', async () => {
    const [first, second] = await pair()
    const write = vi.spyOn(net.Socket.prototype, 'write')
    for (let i = 0; i < 100; i++) first.send(2, new Uint8Array(50))
    await second.until(() => second.frames.length === 100)
    const sizes = write.mock.calls.map(([bytes]) => (bytes as Uint8Array).length)
    write.mockRestore()
    expect(sizes).toEqual([100 * 55])
  })

  it('hands out frames that keep little else alive', async () => {
    const [first, second] = await pair()
    for (let i = 0; i < 300; i++) first.send(2, new Uint8Array(10 + i * 7))
    await second.until(() => second.frames.length === 300)
    for (const frame of second.frames)
      expect(frame.buffer.byteLength).toBeLessThanOrEqual(2 * (frame.length + 1))
  })

  it('takes a frame from within an event, and drops one without a session', async () => {
    const [first, second] = await pair()
    second.onFrame = (peer, bytes) => void second.transport.send(peer, bytes)
    first.send(2, Uint8Array.of(1, 2))
    await first.seen('2: 1,2')
    expect(first.send(3, Uint8Array.of(1))).toBe(true)
  })
})

describe('a session', () => {
  it('ends at both ends when it is reset, and another begins', async () => {
    const [first, second] = await pair()
    for (const [node, peer] of [
      [first, 2],
      [second, 1],
    ] as const) {
      const before = [first.count('up 2'), second.count('up 1')] as const
      node.call((transport) => transport.reset(peer))
      expect(node.send(peer, Uint8Array.of(66))).toBe(true)
      await Promise.all([first.seen('up 2', before[0] + 1), second.seen('up 1', before[1] + 1)])
    }
    expect(first.events).toEqual(['up 2', 'down 2', 'up 2', 'down 2', 'up 2'])
    expect(second.events).toEqual(['up 1', 'down 1', 'up 1', 'down 1', 'up 1'])
  })

  it('ends when the peer goes, and another begins when it is back', async () => {
    for (const restarted of [1, 2]) {
      const [first, second] = await pair()
      const [gone, stays] = restarted === 1 ? [first, second] : [second, first]
      const address = gone.transport.address
      await gone.transport.close()
      await stays.seen(`down ${restarted}`)
      expect(gone.events.length).toBe(1)
      const peers = new Map([[3 - restarted, stays.transport.address]])
      const back = (await node(restarted, peers, { listen: address, incarnation: 2 })).start()
      await Promise.all([back.seen(`up ${3 - restarted}`), stays.seen(`up ${restarted}`, 2)])
      back.send(3 - restarted, Uint8Array.of(5))
      await stays.seen(`${restarted}: 5`)
    }
  })

  it('delivers nothing once it was reset, though it had arrived', async () => {
    const [first, second] = await pair()
    second.onFrame = () => second.transport.reset(1)
    for (let i = 0; i < 10; i++) first.send(2, Uint8Array.of(i))
    await second.seen('up 1', 2)
    expect(second.events).toEqual(['up 1', '1: 0', 'down 1', 'up 1'])
  })

  it('is replaced by a newer one from the same peer: what the old one still sends is not delivered', async () => {
    const second = (await node(2, new Map([[1, nowhere]]))).start()
    const old = await dial(second.transport.address)
    old.greet(frameTypes.hello, { from: 1, to: 2 })
    await second.seen('up 1')
    old.data(1)
    await second.seen('1: 1')
    const fresh = await dial(second.transport.address)
    fresh.greet(frameTypes.hello, { from: 1, to: 2, run: 8, incarnation: 2 })
    await second.seen('up 1', 2)
    old.data(2)
    fresh.data(3)
    await second.seen('1: 3')
    await old.until(() => old.isClosed)
    expect(second.events).toEqual(['up 1', '1: 1', 'down 1', 'up 1', '1: 3'])
  })

  it('is not replaced by an older one', async () => {
    const second = (await node(2, new Map([[1, nowhere]]))).start()
    const current = await dial(second.transport.address)
    current.greet(frameTypes.hello, { from: 1, to: 2, incarnation: 5, run: 50, session: 4 })
    await second.seen('up 1')
    for (const older of [
      { incarnation: 4, run: 40, session: 9 },
      { incarnation: 5, run: 50, session: 3 },
    ]) {
      const late = await dial(second.transport.address)
      late.greet(frameTypes.hello, { from: 1, to: 2, ...older })
      late.data(1)
      await late.until(() => late.isClosed)
      expect(late.has(frameTypes.refusal)).toBe(true)
    }
    current.data(2)
    await second.seen('1: 2')
    expect(second.events).toEqual(['up 1', '1: 2'])
  })

  it('ends when the peer says nothing for long, and not while it does', async () => {
    const second = (await node(2, new Map([[1, nowhere]]), { silenceTimeout: 40 })).start()
    const silent = await dial(second.transport.address)
    silent.greet(frameTypes.hello, { from: 1, to: 2 })
    await second.seen('up 1')
    await second.seen('down 1')
    expect(second.complaints.at(-1)).toContain('replica 1 said nothing for 40 ms')
    const [first] = await pair({ silenceTimeout: 40 })
    const quiet = await dial(second.transport.address)
    quiet.greet(frameTypes.hello, { from: 1, to: 2 })
    // By the time the silent link has gone again, the other, where only pings go, has outlived it.
    await second.seen('down 1', 2)
    expect(first.events).toEqual(['up 2'])
    expect(quiet.has(frameTypes.ping)).toBe(true)
  })

  it('begins at once when a peer starts that is not the one to dial', async () => {
    const never = { min: 3_600_000, max: 3_600_000 }
    const later = await node(2)
    const { address } = later.transport
    await later.transport.close()
    const first = (await node(1, new Map([[2, address]]), { reconnect: never })).start()
    await first.until(() => first.complaints.length > 0)
    const second = (await node(2, new Map([[1, first.transport.address]]), { listen: address })).start()
    await Promise.all([first.seen('up 2'), second.seen('up 1')])
  })

  it('ends when the peer has started anew without a word', async () => {
    const server = await serve()
    const first = (await node(1, new Map([[2, server.address]]))).start()
    await server.watched.until(() => server.hands[0]?.has(frameTypes.hello) === true)
    server.hands[0]!.greet(frameTypes.welcome, { from: 2, to: 1, run: 20 })
    await first.seen('up 2')
    const knock = await dial(first.transport.address)
    knock.greet(frameTypes.knock, { from: 2, to: 1, run: 21 })
    await first.seen('down 2')
    await server.watched.until(() => server.hands.length === 2)
  })
})

describe('peers', () => {
  it('come and go', async () => {
    const [first, second] = await pair()
    first.transport.setPeers(new Map())
    await Promise.all([first.seen('down 2'), second.seen('down 1')])
    await second.until(() => second.complaints.length > 0)
    second.transport.setPeers(new Map())
    first.transport.setPeers(new Map([[2, second.transport.address]]))
    second.transport.setPeers(new Map([[1, first.transport.address]]))
    await Promise.all([first.seen('up 2', 2), second.seen('up 1', 2)])
  })

  it('are found at a new address', async () => {
    const first = (
      await node(1, new Map([[2, nowhere]]), { reconnect: { min: 3_600_000, max: 3_600_000 } })
    ).start()
    await first.until(() => first.complaints.length > 0)
    const second = (await node(2, new Map([[1, nowhere]]))).start()
    first.transport.setPeers(new Map([[2, second.transport.address]]))
    await Promise.all([first.seen('up 2'), second.seen('up 1')])
  })
})

describe('a greeting', () => {
  const wrong = [
    ['cluster', { identity: { ...identity, cluster: 'x' } }, 'it is of cluster "x", this is cluster "c"'],
    ['engine', { identity: { ...identity, engine: 'zab' } }, 'it is of engine "zab", this is engine "raft"'],
    ['machine', { identity: { ...identity, machine: { name: 'kv', version: 1 } } }, 'it is of machine "kv"'],
    [
      'machine version',
      { identity: { ...identity, machine: { name: 'counter', version: 2 } } },
      'machine version 2',
    ],
    ['version', { version: 9 }, 'link protocol version 9 is not spoken here, only 1'],
    ['address', { to: 3 }, 'it looks for replica 3, this is replica 2: check the addresses'],
    ['replica', { from: 8 }, 'replica 8 is not among the peers of replica 2'],
    ['part', { from: 5 }, 'replica 2 dials replica 5, not the other way'],
  ] as const

  for (const [what, greeting, reason] of wrong) {
    it(`with the wrong ${what} is refused, and told why`, async () => {
      const second = (await node(2, new Map([1, 5].map((peer) => [peer, nowhere])))).start()
      const hand = await dial(second.transport.address)
      hand.greet(frameTypes.hello, { from: 1, to: 2, ...greeting })
      hand.data(1)
      await hand.until(() => hand.isClosed)
      const refusal = hand.frames.find((frame) => frame[0] === frameTypes.refusal)
      expect(Buffer.from(refusal!.subarray(5)).toString()).toContain(reason)
      expect(second.events).toEqual([])
    })
  }

  it('that is refused is not tried again soon, and the reason is known at both ends', async () => {
    const second = await node(2, new Map(), { identity: { ...identity, cluster: 'other' } })
    const server = await serve()
    const first = await node(1, new Map([[2, second.transport.address]]), { reconnect: { min: 1, max: 1 } })
    first.start()
    second.transport.setPeers(new Map([[1, server.address]]))
    second.start()
    await first.until(() => first.complaints.some((reason) => reason.includes('refused: ')))
    expect(first.complaints.at(-1)).toContain('it is of cluster "c", this is cluster "other"')
    await second.until(() => second.complaints.length > 0)
    expect(second.complaints[0]).toContain('it is of cluster "c", this is cluster "other"')
    // Meanwhile a peer that is merely not there is tried again and again.
    const refused = await dial(second.transport.address)
    refused.socket.destroy()
    first.transport.setPeers(
      new Map([
        [2, second.transport.address],
        [3, nowhere],
      ]),
    )
    await first.until(() => first.complaints.filter((reason) => reason.includes('ECONNREFUSED')).length > 20)
    expect(first.complaints.filter((reason) => reason.includes('refused: ')).length).toBe(1)
  })

  it('that comes too late ends the connection', async () => {
    const second = (await node(2, new Map([[1, nowhere]]), { greetingTimeout: 20 })).start()
    const hand = await dial(second.transport.address)
    await hand.until(() => hand.isClosed)
    await second.until(() => second.complaints.includes('no greeting in time'))
  })

  it('that is not answered in time is made again', async () => {
    const server = await serve()
    const first = (await node(1, new Map([[2, server.address]]), { greetingTimeout: 20 })).start()
    await server.watched.until(() => server.hands.length === 3)
    expect(first.complaints[0]).toContain('no answer in time')
  })

  it('of another replica than the one dialled ends the connection', async () => {
    const server = await serve()
    const first = (await node(1, new Map([[2, server.address]]))).start()
    await server.watched.until(() => server.hands[0]?.has(frameTypes.hello) === true)
    server.hands[0]!.greet(frameTypes.welcome, { from: 4, to: 1 })
    await first.until(() => first.complaints.some((reason) => reason.includes('it is replica 4, not 2')))
    expect(first.events).toEqual([])
  })
})

describe('bad bytes', () => {
  const garbage = [
    ['a request of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a greeting of the wrong type', Buffer.from([3, 0, 0, 0, 4, 1, 1])],
    ['a greeting that is cut off', Buffer.from([3, 0, 0, 0, 1, 1, 1])],
    ['an empty greeting', Buffer.from([0, 0, 0, 0])],
    ['a greeting with the wrong magic', Buffer.from([9, 0, 0, 0, 1, 1, 2, 3, 4, 1, 0, 0, 0])],
  ] as const

  for (const [what, bytes] of garbage) {
    it(`for a greeting end the connection and nothing else: ${what}`, async () => {
      const [first, second] = await pair()
      const hand = await dial(second.transport.address)
      hand.socket.write(bytes)
      await hand.until(() => hand.isClosed)
      await second.until(() => second.complaints.some((reason) => reason.startsWith('bad bytes: ')))
      first.send(2, Uint8Array.of(1))
      await second.seen('1: 1')
      expect(second.events).toEqual(['up 1', '1: 1'])
    })
  }

  it('within a session end it, with the reason', async () => {
    for (const [frame, reason] of [
      [Buffer.from([1, 0, 0, 0, 99]), 'a frame of type 99 within a session'],
      [Buffer.from([0, 0, 0, 255]), 'a frame of 4278190080 bytes; at most 67108865 are allowed'],
    ] as const) {
      const second = (await node(2, new Map([[1, nowhere]]))).start()
      const hand = await dial(second.transport.address)
      hand.greet(frameTypes.hello, { from: 1, to: 2 })
      hand.data(1)
      await second.seen('1: 1')
      hand.socket.write(frame)
      await second.seen('down 1')
      expect(second.complaints.at(-1)).toBe(`bad bytes: ${reason}`)
    }
  })

  it('that only the owner can tell end the session too', async () => {
    const [first, second] = await pair()
    second.onFrame = () => {
      throw new QuorateError('DECODE', 'no such message')
    }
    first.send(2, Uint8Array.of(1))
    first.send(2, Uint8Array.of(2))
    await second.seen('down 1')
    expect(second.complaints).toContain('bad bytes: no such message')
    expect(second.count('1: 2')).toBe(0)
  })
})

describe('back-pressure', () => {
  it('says no when the queue is full, and loses and reorders nothing that it took', async () => {
    const server = await serve()
    const first = (await node(1, new Map([[2, server.address]]), { maxQueuedBytes: 1 << 20 })).start()
    await server.watched.until(() => server.hands[0]?.has(frameTypes.hello) === true)
    const hand = server.hands[0]!
    hand.greet(frameTypes.welcome, { from: 2, to: 1 })
    await first.seen('up 2')
    hand.socket.pause()
    let taken = 0
    const push = (): boolean => {
      const frame = new Uint8Array(10_000)
      new DataView(frame.buffer).setUint32(0, taken)
      const took = first.send(2, frame)
      if (took) taken += 1
      return took
    }
    // The kernel's buffers take some; then it is the queue's turn.
    await new Promise<void>((resolve) => {
      const turn = (): void => {
        for (let i = 0; i < 50; i++) if (!push()) return resolve()
        setImmediate(turn)
      }
      turn()
    })
    expect(push()).toBe(false)
    hand.socket.resume()
    await hand.until(() => push())
    await hand.until(() => hand.frames.filter((frame) => frame[0] === frameTypes.data).length === taken)
    const numbers = hand.frames
      .filter((frame) => frame[0] === frameTypes.data)
      .map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(1))
    expect(numbers).toEqual(Array.from({ length: taken }, (_, i) => i))
  })

  it('lets a single frame through that is larger than the queue', async () => {
    const [first, second] = await pair({ maxQueuedBytes: 1000 })
    expect(first.send(2, new Uint8Array(5 << 20))).toBe(true)
    expect(first.send(2, new Uint8Array(1))).toBe(false)
    await second.until(() => second.frames.length === 1)
  })
})

describe('listening', () => {
  it('is refused at an address in use, in one line', async () => {
    const taken = await node(1)
    const { address } = taken.transport
    const options = { self: 2, identity, incarnation: 1, listen: address, peers: new Map() }
    await expect(tcpTransport(options)).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: `cannot listen on 127.0.0.1:${address.port}: another program does. Stop it, or choose another port`,
    })
    await expect(
      tcpTransport({ ...options, listen: { host: '203.0.113.9', port: 0 } }),
    ).rejects.toMatchObject({
      code: 'USAGE',
    })
  })

  it('begins before the start: who connects early is heard then', async () => {
    const second = await node(2, new Map([[1, nowhere]]))
    const hand = await dial(second.transport.address)
    hand.greet(frameTypes.hello, { from: 1, to: 2 })
    const other = await dial(second.transport.address)
    atEnd(() => void other.socket.destroy())
    second.start()
    await second.seen('up 1')
  })

  it('ends with the transport, and so does every event', async () => {
    const [first, second] = await pair()
    const hand = await dial(second.transport.address)
    const { port } = second.transport.address
    await second.transport.close()
    await second.transport.close()
    await Promise.all([first.seen('down 2'), hand.until(() => hand.isClosed)])
    expect(second.events).toEqual(['up 1'])
    const again = await node(5, new Map(), { listen: { host: '127.0.0.1', port } })
    expect(again.transport.address.port).toBe(port)
  })
})
