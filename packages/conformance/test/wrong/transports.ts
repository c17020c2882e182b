import type { NodeId, Transport, TransportEvents } from '@quorate/core'
import type { TransportSubject } from '../../src/index.ts'
import type { Wrong } from '../support/run-suite.ts'
import { type WrapTransport, memoryNetwork } from '../support/transport-subjects.ts'

/** Transports with one mistake each. */
export const wrongTransports: readonly Wrong<TransportSubject>[] = [
  wrong('delivers a frame of an older session', deliversLate, [
    'nothing of an older session is delivered in a newer one',
  ]),
  wrong('swaps frames', swaps, ['frames arrive whole, in order and without gaps']),
  wrong('loses a frame within a session', loses, ['frames arrive whole, in order and without gaps']),
  wrong('repeats a frame', repeats, ['frames arrive whole, in order and without gaps']),
  wrong('tells of a session twice', tellsTwice, ['both ends are told of a session, once']),
  wrong('never tells of an end', neverTellsDown, [
    'reset ends the session at both ends, and makes another',
    'a node that restarts is told apart from its old self',
  ]),
  wrong('keeps frames for a session to come', keepsFrames, ['a frame without a session is dropped']),
  wrong('delivers from within send', deliversAtOnce, [
    'nothing is told from within send, nor two things at once',
  ]),
  wrong('uses one buffer for all frames', reusesBuffer, ['a frame is its receiver’s to keep']),
  wrong('cuts large frames', cuts, ['large frames arrive']),
  wrong('resets all links for one', resetsAll, ['reset leaves the sessions with others alone']),
  wrong('tells of things after it was closed', tellsAfterClose, [
    'a closed transport tells nothing, and takes nothing',
  ]),
  wrong('ignores reset', (transport) => delegate(transport, { reset: () => {} }), [
    'reset ends the session at both ends, and makes another',
  ]),
]

function wrong(name: string, wrap: WrapTransport, caughtBy: readonly string[]): Wrong<TransportSubject> {
  return { name, caughtBy, subject: memoryNetwork(wrap) }
}

function delegate(transport: Transport, replaced: Partial<Transport>): Transport {
  return {
    start: (events) => transport.start(events),
    send: (peer, bytes) => transport.send(peer, bytes),
    reset: (peer) => transport.reset(peer),
    close: () => transport.close(),
    ...replaced,
  }
}

/** A transport that tells its owner something else than what it is told. */
function between(
  transport: Transport,
  change: (owner: TransportEvents) => Partial<TransportEvents>,
): Transport {
  return delegate(transport, {
    start(owner) {
      transport.start({
        peerUp: (peer) => owner.peerUp(peer),
        peerDown: (peer) => owner.peerDown(peer),
        frame: (peer, bytes) => owner.frame(peer, bytes),
        ...change(owner),
      })
    },
  })
}

/** The last frame before the end of a session comes at the beginning of the next. */
function deliversLate(transport: Transport): Transport {
  const kept = new Map<NodeId, Uint8Array>()
  return between(transport, (owner) => ({
    frame(peer, bytes) {
      kept.set(peer, bytes)
      owner.frame(peer, bytes)
    },
    peerUp(peer) {
      owner.peerUp(peer)
      const frame = kept.get(peer)
      if (frame !== undefined) owner.frame(peer, frame)
    },
  }))
}

function swaps(transport: Transport): Transport {
  const held = new Map<NodeId, Uint8Array>()
  let count = 0
  return between(transport, (owner) => ({
    frame(peer, bytes) {
      const before = held.get(peer)
      held.delete(peer)
      if (before === undefined && ++count % 20 === 10) {
        held.set(peer, bytes)
        return
      }
      owner.frame(peer, bytes)
      if (before !== undefined) owner.frame(peer, before)
    },
    peerDown(peer) {
      held.delete(peer)
      owner.peerDown(peer)
    },
  }))
}

function loses(transport: Transport): Transport {
  let count = 0
  return between(transport, (owner) => ({
    frame(peer, bytes) {
      if (++count % 100 !== 0) owner.frame(peer, bytes)
    },
  }))
}

function repeats(transport: Transport): Transport {
  let count = 0
  return between(transport, (owner) => ({
    frame(peer, bytes) {
      owner.frame(peer, bytes)
      if (++count % 100 === 0) owner.frame(peer, bytes)
    },
  }))
}

function tellsTwice(transport: Transport): Transport {
  return between(transport, (owner) => ({
    peerUp(peer) {
      owner.peerUp(peer)
      owner.peerUp(peer)
    },
  }))
}

function neverTellsDown(transport: Transport): Transport {
  return between(transport, () => ({ peerDown: () => {} }))
}

function keepsFrames(transport: Transport): Transport {
  const up = new Set<NodeId>()
  const kept: { peer: NodeId; bytes: Uint8Array }[] = []
  const inner = between(transport, (owner) => ({
    peerUp(peer) {
      up.add(peer)
      owner.peerUp(peer)
      for (const each of kept.splice(0)) if (each.peer === peer) transport.send(peer, each.bytes)
    },
  }))
  return delegate(inner, {
    send(peer, bytes) {
      if (up.has(peer)) return transport.send(peer, bytes)
      kept.push({ peer, bytes })
      return true
    },
  })
}

/** Answers in the name of the peer, before `send` has returned. */
function deliversAtOnce(transport: Transport): Transport {
  let owner: TransportEvents | undefined
  return delegate(transport, {
    start(events) {
      owner = events
      transport.start(events)
    },
    send(peer, bytes) {
      const isTaken = transport.send(peer, bytes)
      owner?.peerDown(peer)
      owner?.peerUp(peer)
      return isTaken
    },
  })
}

function reusesBuffer(transport: Transport): Transport {
  const buffer = new Uint8Array(4_000_000)
  return between(transport, (owner) => ({
    frame(peer, bytes) {
      buffer.set(bytes)
      owner.frame(peer, buffer.subarray(0, bytes.length))
    },
  }))
}

function cuts(transport: Transport): Transport {
  return delegate(transport, { send: (peer, bytes) => transport.send(peer, bytes.subarray(0, 1 << 20)) })
}

function resetsAll(transport: Transport): Transport {
  return delegate(transport, {
    reset() {
      for (const peer of [1, 2, 3]) transport.reset(peer)
    },
  })
}

function tellsAfterClose(transport: Transport, _: NodeId, later: (run: () => void) => void): Transport {
  let owner: TransportEvents | undefined
  const up: NodeId[] = []
  return delegate(
    between(transport, (events) => {
      owner = events
      return {
        peerUp(peer) {
          up.push(peer)
          events.peerUp(peer)
        },
      }
    }),
    {
      async close() {
        await transport.close()
        later(() => later(() => up.splice(0).forEach((peer) => owner?.peerDown(peer))))
      },
    },
  )
}
