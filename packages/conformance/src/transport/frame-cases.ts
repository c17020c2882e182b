import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { withLinks, withNet } from './net-session.ts'
import type { TransportMeans, TransportSubject } from './subject.ts'
import { readTag, tagBytes } from './tagged-frame.ts'

const source = 'core, Transport and TransportEvents'

/** What becomes of frames while sessions last. */
export const frameCases: readonly CaseSpec<TransportSubject, TransportMeans>[] = [
  {
    name: 'frames arrive whole, in order and without gaps',
    rule: 'Within a session frames arrive whole, once, in the order in which they were sent.',
    source,
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        const sizes = Array.from(
          { length: 300 },
          (_, i) => tagBytes + ((i * 37) % 500) * (i % 50 === 0 ? 200 : 1),
        )
        for (const size of sizes) check(session.end(1).send(2, size), () => 'a small queue was full')
        await session.fence(1, 2)
        const lengths = session
          .end(2)
          .frames(1)
          .map((bytes) => bytes.length)
        checkSame(lengths, [...sizes, tagBytes], 'the sizes that arrived')
      }),
  },
  {
    name: 'large frames arrive',
    rule: 'A frame carries at least a few megabytes: an append, or a piece of a snapshot.',
    source,
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        const sizes = [tagBytes, 1 << 20, 3_000_001, tagBytes]
        for (const size of sizes) {
          check(session.end(1).send(2, size), () => 'an empty queue was full')
          await session.fence(1, 2)
        }
        const lengths = session
          .end(2)
          .frames(1)
          .map((bytes) => bytes.length)
        checkSame(
          lengths.filter((_, i) => i % 2 === 0),
          sizes,
          'the sizes that arrived',
        )
      }),
  },
  {
    name: 'frames cross each other between several nodes',
    rule: 'Each direction of each link is an order of its own.',
    source,
    run: (subject) =>
      withLinks(subject, [1, 2, 3], async (session) => {
        for (let i = 0; i < 60; i++) {
          for (const a of [1, 2, 3]) for (const b of [1, 2, 3]) if (a !== b) session.end(a).send(b, 20 + i)
        }
        for (const a of [1, 2, 3]) {
          for (const b of [1, 2, 3]) {
            if (a === b) continue
            await session.fence(a, b)
            checkSame(session.end(b).frames(a).length, 61, `frames from ${a} to ${b}`)
          }
        }
      }),
  },
  {
    name: 'nothing is told from within send, nor two things at once',
    rule: 'Events come one at a time, never from within `send`: not even if `send` is called from within an event.',
    source,
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        const [one, two] = [session.end(1), session.end(2)]
        let rest = 50
        one.onFrame = (peer) => void one.send(peer)
        two.onFrame = (peer) => {
          if (rest-- > 0) two.send(peer)
        }
        one.send(2)
        await session.wait('the end of a game of ping-pong', 2, () => two.frames(1).length > 50)
        one.onFrame = () => {}
      }),
  },
  {
    name: 'a frame is its receiver’s to keep',
    rule: 'The bytes of a frame stay as they are after it was told.',
    source,
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        for (let i = 0; i < 40; i++) {
          session.end(1).send(2, 1000 + i)
          if (i % 10 === 9) await session.fence(1, 2)
        }
        const broken = session
          .end(2)
          .frames(1)
          .map(readTag)
          .filter((tag) => typeof tag === 'string')
        checkSame(broken, [], 'frames that had changed by the end')
      }),
  },
  {
    name: 'a frame without a session is dropped',
    rule: 'Without a session a frame is dropped, quietly: it is not kept for a session to come.',
    source: 'core, Transport.send',
    run: (subject) =>
      withNet(subject, [1, 2, 3], async (session) => {
        const one = await session.start(1)
        one.send(2)
        one.send(3)
        await session.start(2)
        one.send(2)
        await session.linked(1, 2)
        one.send(3)
        await session.start(3)
        await session.linked(1, 2, 3)
        for (const peer of [2, 3]) {
          await session.fence(1, peer)
          checkSame(session.end(peer).frames(1).length, 1, `frames to ${peer}`)
        }
      }),
  },
  {
    name: 'a full queue says so, and loses nothing that it took',
    rule: '`send` gives false if the queue to this peer is full; then that frame is not sent. What was taken arrives.',
    source: 'core, Transport.send',
    needs: ['full'],
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        const one = session.end(1)
        let taken = 0
        let refused = 0
        for (let i = 0; i < 20_000 && refused < 3; i++) {
          if (one.send(2, 10_000)) taken += 1
          else refused += 1
        }
        check(refused > 0, () => `the queue was never full, with ${taken} frames of 10 kB in it`)
        await session.wait('what was taken', 2, () => session.end(2).frames(1).length === taken)
        await session.fence(1, 2)
        checkSame(session.end(2).frames(1).length, taken + 1, 'frames that arrived')
      }),
  },
]
