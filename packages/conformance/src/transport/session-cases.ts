import { type NodeId, QuorateError } from '@quorate/core'
import { Random } from '@quorate/sim'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { type NetSession, withLinks } from './net-session.ts'
import type { TransportMeans, TransportSubject } from './subject.ts'
import type { TransportEnd } from './transport-end.ts'

const source = 'core, Transport'

/** How sessions begin and end. */
export const sessionCases: readonly CaseSpec<TransportSubject, TransportMeans>[] = [
  {
    name: 'both ends are told of a session, once',
    rule: 'Every two nodes that have started get a session, and each end is told so once.',
    source,
    run: (subject) =>
      withLinks(subject, [1, 2, 3], async (session) => {
        for (const a of [1, 2, 3]) {
          for (const b of [1, 2, 3]) {
            if (a === b) continue
            await session.fence(a, b)
            const counts = [session.end(a).count('up', b), session.end(a).count('down', b)]
            checkSame(counts, [1, 0], `node ${a} was told of ${b}: up and down`)
          }
        }
      }),
  },
  {
    name: 'reset ends the session at both ends, and makes another',
    rule: 'After `reset` both ends are told `peerDown`, then `peerUp`.',
    source: 'core, Transport.reset',
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        for (let round = 1; round <= 4; round++) {
          const by = round % 2 === 0 ? 1 : 2
          session.end(by).transport.reset(3 - by)
          await told(session, round, 1, 2)
          await session.fence(1, 2)
          await session.fence(2, 1)
        }
      }),
  },
  {
    name: 'nothing of an older session is delivered in a newer one',
    rule: 'A session loses what was under way when it breaks: nothing of it is delivered after a newer one began.',
    source,
    async run(subject) {
      for (let seed = 1; seed <= 3; seed++) {
        await withLinks(
          subject,
          [1, 2],
          async (session) => {
            for (let round = 0; round < 12; round++) {
              for (let i = 0; i < 20; i++) for (const node of [1, 2]) session.end(node).send(3 - node, 2000)
              session.end(1 + (round % 2)).transport.reset(2 - (round % 2))
              for (const node of [1, 2]) session.end(node).send(3 - node)
              if (round % 3 === 0) await session.fence(1, 2)
            }
            await session.fence(1, 2)
            await session.fence(2, 1)
          },
          seed,
        )
      }
    },
  },
  {
    name: 'reset leaves the sessions with others alone',
    rule: '`reset` breaks the session with that peer; without one it does nothing.',
    source: 'core, Transport.reset',
    run: (subject) =>
      withLinks(subject, [1, 2, 3], async (session) => {
        for (let i = 0; i < 5; i++) session.end(1).send(3)
        session.end(1).transport.reset(2)
        session.end(1).transport.reset(2)
        for (let i = 0; i < 5; i++) session.end(1).send(3)
        await told(session, 1, 1, 2)
        await session.fence(1, 3)
        await session.fence(2, 3)
        for (const [a, b] of [
          [1, 3],
          [3, 1],
          [2, 3],
          [3, 2],
        ] as const) {
          checkSame(session.end(a).count('down', b), 0, `node ${a} was told that ${b} is down, times`)
        }
        checkSame(session.end(3).frames(1).length, 11, 'frames from 1 to 3')
      }),
  },
  {
    name: 'a node that restarts is told apart from its old self',
    rule: 'Both ends are told of the end of a process; nothing of its sessions reaches the next process, or comes from it later.',
    source: 'DESIGN 4: re-adding a node is told apart by the link’s session',
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        for (let round = 1; round <= 3; round++) {
          for (let i = 0; i < 10; i++) for (const node of [1, 2]) session.end(node).send(3 - node, 3000)
          await session.close(2)
          await session.wait(
            'node 1 being told that 2 is down',
            1,
            () => session.end(1).count('down', 2) === round,
          )
          session.end(1).send(2)
          await session.start(2)
          await session.linked(1, 2)
          await session.fence(1, 2)
          await session.fence(2, 1)
          checkSame(session.end(2).count('up', 1), 1, 'sessions of the new process')
        }
      }),
  },
  {
    name: 'a closed transport tells nothing, and takes nothing',
    rule: 'After `close` nothing is told, and what is sent is dropped. Others are told that the peer is down.',
    source: 'core, Transport.close',
    run: (subject) =>
      withLinks(subject, [1, 2, 3], async (session) => {
        for (let i = 0; i < 10; i++) session.end(1).send(2, 1000)
        await session.close(2)
        const { length } = session.end(2).told
        session.end(2).send(1)
        session.end(2).transport.reset(1)
        for (const node of [1, 3]) {
          await session.wait(`node ${node} being told`, node, () => session.end(node).count('down', 2) === 1)
        }
        await session.fence(1, 3)
        await session.fence(3, 1)
        checkSame(session.end(2).told.length, length, 'things told by the time it was closed, and later')
        await session.close(2)
      }),
  },
  {
    name: 'a link that breaks is made again, and both ends are told',
    rule: 'A session can break at any moment; both ends are told, and another is made.',
    source,
    needs: ['break'],
    run: (subject) =>
      withLinks(subject, [1, 2, 3], async (session) => {
        for (let round = 1; round <= 3; round++) {
          for (let i = 0; i < 20; i++) session.end(1).send(2, 1000)
          session.net.break?.(1, 2)
          await told(session, round, 1, 2)
          await session.fence(1, 2)
        }
        checkSame(session.end(3).count('down', 1), 0, 'node 3 was told that 1 is down, times')
      }),
  },
  {
    name: 'a frame that its owner refuses ends the session',
    rule: 'Bad bytes from a peer end that session: both ends are told, another is made, and the process goes on.',
    source: 'DESIGN 4: bad bytes close that connection',
    needs: ['refuse'],
    run: (subject) =>
      withLinks(subject, [1, 2], async (session) => {
        const two = session.end(2)
        let isRefused = false
        two.onFrame = () => {
          if (isRefused) return
          isRefused = true
          throw new QuorateError('DECODE', 'cannot decode this')
        }
        for (let i = 0; i < 5; i++) session.end(1).send(2)
        await told(session, 1, 1, 2)
        await session.fence(1, 2)
        await session.fence(2, 1)
      }),
  },
  {
    name: 'any mixture of frames, resets and restarts keeps to sessions',
    rule: 'Up and down alternate; frames come in between, in order, and only of that session.',
    source,
    async run(subject) {
      for (let seed = 1; seed <= 6; seed++) {
        await withLinks(subject, [1, 2, 3], (session) => storm(session, subject, new Random(seed)), seed)
      }
    },
  },
]

/** Waits until each of two ends was told that often that the other is down, and up again. */
async function told(session: NetSession, times: number, a: NodeId, b: NodeId): Promise<void> {
  const isTold = (end: TransportEnd, peer: NodeId): boolean =>
    end.count('down', peer) >= times && end.count('up', peer) > times
  await session.wait(`node ${a} being told down and up`, a, () => isTold(session.end(a), b))
  await session.wait(`node ${b} being told down and up`, b, () => isTold(session.end(b), a))
}

async function storm(session: NetSession, { can }: TransportSubject, random: Random): Promise<void> {
  const nodes = [1, 2, 3]
  for (let i = 0; i < 150; i++) {
    const [a, b] = random.shuffle(nodes) as [NodeId, NodeId, NodeId]
    const kind = random.integer(0, 99)
    if (kind < 80) session.end(a).send(b, random.integer(12, 3000))
    else if (kind < 88) session.end(a).transport.reset(b)
    else if (kind < 91 && can.includes('break')) session.net.break?.(a, b)
    else if (kind < 93) {
      await session.close(a)
      await session.start(a)
    } else if (kind < 97) await session.fence(a, b)
  }
  for (const a of nodes) for (const b of nodes) if (a !== b) await session.fence(a, b)
}
