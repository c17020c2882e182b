import { expect, it } from 'vitest'
import type { NodeId } from '@quorate/core'
import { pair } from './network.ts'
import type { Node } from './network.ts'

/** Numbers what it sends within a session, and checks that what it receives is numbered without a gap. */
class Counter {
  received = 0
  sessions = 0
  private readonly node: Node
  private readonly peer: NodeId
  private sent = 0
  private expected = 0
  private isUp = true

  constructor(node: Node, peer: NodeId) {
    this.node = node
    this.peer = peer
    node.onFrame = (_, bytes) => {
      expect(this.isUp).toBe(true)
      expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)).toBe(this.expected)
      this.expected += 1
      this.received += 1
    }
    const peerUp = node.peerUp.bind(node)
    const peerDown = node.peerDown.bind(node)
    node.peerUp = (up) => {
      expect(this.isUp).toBe(false)
      this.isUp = true
      this.sent = 0
      this.expected = 0
      this.sessions += 1
      peerUp(up)
    }
    node.peerDown = (down) => {
      expect(this.isUp).toBe(true)
      this.isUp = false
      peerDown(down)
    }
  }

  send(count: number, bytes: number): void {
    for (let i = 0; i < count && this.isUp; i++) {
      const frame = new Uint8Array(4 + bytes)
      new DataView(frame.buffer).setUint32(0, this.sent)
      if (this.node.send(this.peer, frame)) this.sent += 1
    }
  }

  reset(): void {
    this.node.call((transport) => transport.reset(this.peer))
  }
}

it('a session has no gap and nothing of another, however often links are reset', async () => {
  const [first, second] = await pair({ maxQueuedBytes: 1 << 20 })
  const one = new Counter(first, 2)
  const two = new Counter(second, 1)
  let state = 12345
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) / 2 ** 24
  }
  await new Promise<void>((resolve) => {
    const turn = (): void => {
      for (const counter of [one, two]) {
        counter.send(Math.floor(random() * 20), Math.floor(random() * 3000))
        if (random() < 0.05) counter.reset()
      }
      if (one.sessions > 40 && two.sessions > 40 && one.received > 1000 && two.received > 1000) resolve()
      else setImmediate(turn)
    }
    turn()
  })
  expect(one.received + two.received).toBeGreaterThan(2000)
})
