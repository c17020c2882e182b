import type { CaseSpec } from '../suite/case.ts'
import { codeOfError, show } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { quiet } from '../suite/patience.ts'
import { inPlace, openLog } from './log-session.ts'
import { prefixOf } from './prefix.ts'
import { append, hardState } from './samples.ts'
import type { LogStoreMeans, LogStoreSubject } from './subject.ts'

const entries = 60

/** What a failing disk and a damaged file lead to. */
export const damageCases: readonly CaseSpec<LogStoreSubject, LogStoreMeans>[] = [
  {
    name: 'a log that is damaged in its middle is refused',
    rule: 'A corrupt log in the middle is fatal and said so (CORRUPT_LOG): to go on would be to forget what was promised.',
    source: 'DESIGN 4; core, ErrorCode',
    needs: ['reopen', 'damage'],
    async run(subject) {
      for (const part of [0.25, 0.4, 0.5, 0.6]) {
        await inPlace(subject, 1, async (place) => {
          const log = await openLog(place, subject.patience)
          for (let i = 1; i <= entries; i++) await log.write(append(i, i, 1, 200))
          await log.close()
          await place.damage?.(part)
          const opened = await openLog(place, subject.patience).catch((error: unknown) => error)
          const code = opened instanceof Error ? codeOfError(opened) : 'none'
          const held = 'image' in (opened as object) ? show((opened as { image: unknown }).image) : code
          check(code === 'CORRUPT_LOG', () => `damaged at ${part} of its length it is opened: ${held}`)
        })
      }
    },
  },
  {
    name: 'a write that failed is never reported durable',
    rule: '`done` of a write that did not become durable is called with an error, and no later write is reported durable without it.',
    source: 'core, WriteDone and Input: persistFailed',
    needs: ['fail', 'crash'],
    async run(subject) {
      for (let seed = 1; seed <= 4; seed++) {
        await inPlace(subject, seed, async (place) => {
          const log = await openLog(place, subject.patience)
          await log.write(append(1, 2), hardState(1))
          place.failNext?.()
          const failed = log.ask([append(3, 4)])
          const later = log.ask([append(5, 6)])
          await quiet(subject.patience)
          check(
            failed.calls + later.calls === 2,
            () => `after a failure done was called ${failed.calls}, ${later.calls} times`,
          )
          check(failed.error !== undefined, () => 'the write that failed was reported durable')
          await place.crash?.('nothing')
          const again = await openLog(place, subject.patience)
          const writes = log.writes.map(({ operations }) => operations)
          // What failed may be there all the same; what was reported durable must be, and all before it.
          prefixOf(again, writes, later.succeeded ? 3 : 1, 'after a failed write: ')
        })
      }
    },
  },
]
