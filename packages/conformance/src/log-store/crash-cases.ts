import type { StorageOperation } from '@quorate/core'
import { Random } from '@quorate/sim'
import type { CaseSpec } from '../suite/case.ts'
import { isSame, show } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { atEveryStep, takeSteps } from '../suite/steps.ts'
import { compact } from './leaves.ts'
import { type AskedWrite, inPlace, openLog } from './log-session.ts'
import { prefixOf } from './prefix.ts'
import { randomWrites } from './random-writes.ts'
import { acceptAll, append, checkImage, hardState, imageOf } from './samples.ts'
import type { CrashKeep, LogStoreMeans, LogStorePlace, LogStoreSubject } from './subject.ts'

const prefixRule =
  'After a crash the store holds what some prefix of the writes left, and that prefix contains every write whose `done` was called.'
const source = 'core, LogStore; DESIGN 4, durable before it counts'

/** What a crash leaves. */
export const crashCases: readonly CaseSpec<LogStoreSubject, LogStoreMeans>[] = [
  {
    name: 'a write that was reported durable outlives a crash',
    rule: prefixRule,
    source,
    needs: ['crash'],
    run: (subject) =>
      inPlace(subject, 1, async (place) => {
        const writes: StorageOperation[][] = []
        for (let round = 1; round <= 6; round++) {
          const log = await openLog(place, subject.patience)
          checkImage(log.image, writes.flat(), 'after a crash the store holds')
          for (const operations of [[append(round, round, round)], [hardState(round)]]) {
            writes.push(operations)
            await log.write(...operations)
          }
          await place.crash?.('nothing')
        }
      }),
  },
  {
    name: 'a crash leaves a prefix of the writes',
    rule: prefixRule,
    source,
    needs: ['crash'],
    async run(subject) {
      for (let seed = 1; seed <= 12; seed++) {
        await inPlace(subject, seed, (place) => crashOften(subject, place, seed))
      }
    },
  },
  {
    name: 'a crash between any two steps of the disk leaves a prefix',
    rule: prefixRule,
    source,
    needs: ['crash', 'step'],
    async run(subject) {
      for (const keep of ['nothing', 'some'] as const) {
        await atEveryStep((steps) =>
          inPlace(subject, steps + 1, (place) => crashAfter(subject, place, steps, keep, denseScript)),
        )
      }
    },
  },
  {
    name: 'a crash between slots and a new start leaves a prefix',
    rule: prefixRule,
    source,
    needs: ['crash', 'step'],
    async run(subject) {
      for (const keep of ['nothing', 'some'] as const) {
        await atEveryStep((steps) =>
          inPlace(subject, steps + 1, (place) => crashAfter(subject, place, steps, keep, slotScript)),
        )
      }
    },
  },
  {
    name: 'a write is there whole or not at all',
    rule: 'A write takes effect whole or not at all.',
    source,
    needs: ['crash', 'step'],
    async run(subject) {
      const operations = [append(1, 20, 1, 300), hardState(7), append(15, 18, 2), hardState(8)]
      await atEveryStep((steps) =>
        inPlace(subject, steps + 1, async (place) => {
          const log = await openLog(place, subject.patience)
          log.ask(operations)
          const isOver = takeSteps(place, steps) < steps
          await place.crash?.('some')
          const { image } = await openLog(place, subject.patience)
          const isWhole = isSame({ ...image, incarnation: 0 }, imageOf(operations))
          const isNothing = isSame({ ...image, incarnation: 0 }, imageOf([]))
          check(isWhole || isNothing, () => `a crash after ${steps} steps left a part: ${show(image)}`)
          return isOver
        }),
      )
    },
  },
  {
    name: 'a torn tail is cut off, and writing goes on behind it',
    rule: 'A torn tail is repaired: it is cut off, and what is written then is kept like anything else.',
    source: 'DESIGN 4: a torn tail is repaired',
    needs: ['crash'],
    async run(subject) {
      for (let seed = 1; seed <= 8; seed++) {
        await inPlace(subject, seed, async (place) => {
          const first = await openLog(place, subject.patience)
          await first.write(append(1, 3))
          first.ask([append(4, 9, 1, 700)])
          takeSteps(place, seed % 4)
          await place.crash?.('some')
          const second = await openLog(place, subject.patience)
          const kept = prefixOf(second, [[append(1, 3)], [append(4, 9, 1, 700)]], 1)
          await second.write(append(4, 4, 2), hardState(1))
          await place.crash?.('nothing')
          const third = await openLog(place, subject.patience)
          const all = [
            append(1, 3),
            ...(kept > 1 ? [append(4, 9, 1, 700)] : []),
            append(4, 4, 2),
            hardState(1),
          ]
          checkImage(third.image, all, `seed ${seed}: behind a torn tail the store holds`)
        })
      }
    },
  },
  {
    name: 'a crash while it is opened does no harm',
    rule: 'Recovery can itself be broken off at any point, and begun again.',
    source,
    needs: ['crash', 'step'],
    run: (subject) =>
      inPlace(subject, 1, async (place) => {
        const log = await openLog(place, subject.patience)
        await log.write(append(1, 5), hardState(1))
        log.ask([append(6, 9)])
        takeSteps(place, 1)
        await place.crash?.('some')
        let least = 1
        for (let steps = 0; steps < 12; steps++) {
          place.open().catch(() => {})
          takeSteps(place, steps)
          await place.crash?.(steps % 2 === 0 ? 'nothing' : 'some')
          const again = await openLog(place, subject.patience)
          least = prefixOf(again, [[append(1, 5), hardState(1)], [append(6, 9)]], least)
          await place.crash?.('nothing')
        }
      }),
  },
  {
    name: 'no two openings share an incarnation, whatever crashes between them',
    rule: 'The count of openings is durable before the store is handed out.',
    source: 'core, LogImage.incarnation',
    needs: ['crash'],
    run: (subject) =>
      inPlace(subject, 1, async (place) => {
        let last = 0
        for (let i = 0; i < 8; i++) {
          const { image } = await openLog(place, subject.patience)
          check(image.incarnation > last, () => `incarnation ${image.incarnation} after ${last}`)
          last = image.incarnation
          await place.crash?.(i % 2 === 0 ? 'nothing' : 'some')
        }
      }),
  },
]

/** Writes and crashes, again and again; each time what is there must be a prefix. */
async function crashOften(subject: LogStoreSubject, place: LogStorePlace, seed: number): Promise<void> {
  const random = new Random(seed)
  const writes = randomWrites(random.split('writes'), 60, seed % 3 === 0 ? 'slots' : 'dense')
  let kept: (readonly StorageOperation[])[] = []
  for (let next = 0; next < writes.length;) {
    const log = await openLog(place, subject.patience)
    const before = kept.length
    kept = kept.slice(0, prefixOf(log, kept, 0))
    check(kept.length === before, () => `seed ${seed}: opening it anew lost writes`)
    const asked: AskedWrite[] = []
    for (let i = random.integer(1, 12); i > 0 && next < writes.length; i--) {
      const write = log.ask(writes[next++]!, random.chance(0.7))
      asked.push(write)
      if (random.chance(0.3)) await log.done(write)
      else takeSteps(place, random.integer(0, 2))
    }
    const durable = asked.findLastIndex((write) => write.sync && write.succeeded) + 1
    await place.crash?.(random.pick(['nothing', 'some']))
    const all = [...kept, ...asked.map(({ operations }) => operations)]
    const found = await openLog(place, subject.patience)
    kept = all.slice(0, prefixOf(found, all, kept.length + durable))
    await found.close()
  }
}

/** What is asked for at once, and what a little later. */
interface CrashScript {
  readonly first: readonly (readonly StorageOperation[])[]
  readonly later: readonly (readonly StorageOperation[])[]
}

const denseScript: CrashScript = {
  first: [[append(1, 4)], [hardState(1), append(3, 6, 2)], [{ type: 'truncateAfter', index: 5 }]],
  later: [[append(6, 7, 3)], [hardState(2)]],
}

/** As a replica does that takes over a received snapshot, with accepted slots above and below it. */
const slotScript: CrashScript = {
  first: [[acceptAll(1, 1, 2, 6, 9)], [hardState(1), acceptAll(2, 2, 4, 9)], [compact(7, 2)]],
  later: [[acceptAll(3, 8, 9)], [compact(20, 3), hardState(2)]],
}

/** Some writes at once, and a crash after so many steps. True if all was done by then. */
async function crashAfter(
  subject: LogStoreSubject,
  place: LogStorePlace,
  steps: number,
  keep: CrashKeep,
  { first, later }: CrashScript,
): Promise<boolean> {
  const log = await openLog(place, subject.patience)
  for (const [i, operations] of first.entries()) log.ask(operations, i !== 1)
  let taken = takeSteps(place, Math.min(steps, 3))
  for (const operations of later) log.ask(operations)
  taken += takeSteps(place, steps - Math.min(steps, 3))
  const writes = log.writes.map(({ operations }) => operations)
  const durable = log.writes.findLastIndex((write) => write.sync && write.succeeded) + 1
  await place.crash?.(keep)
  prefixOf(await openLog(place, subject.patience), writes, durable, `a crash after ${steps} steps: `)
  return taken < steps
}
