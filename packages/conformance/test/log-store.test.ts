import type { LogStore } from '@quorate/core'
import { logStoreSuite } from '../src/index.ts'
import { memoryLogs, simLogs } from './support/log-subjects.ts'
import { mustFail, mustPass } from './support/run-suite.ts'

import { delegateLog } from './wrong/delegate-log.ts'
import { wrongLogStores } from './wrong/log-stores.ts'

mustPass('MemoryLogStore', logStoreSuite(memoryLogs()))
mustPass('openLogStore on a simulated disk', logStoreSuite(simLogs()))

/** Right, though unusual: reports in any order. */
function shuffled(
  store: LogStore,
  defer: (run: () => void) => void,
  pick: (count: number) => number,
): LogStore {
  const held: (() => void)[] = []
  return delegateLog(store, {
    write(operations, sync, done) {
      store.write(operations, sync, (error) => {
        held.push(() => done(error))
        defer(() => held.splice(pick(held.length), 1)[0]!())
      })
    },
  })
}

mustPass(
  'a store that reports in any order',
  logStoreSuite(
    simLogs((store, place, random) =>
      shuffled(
        store,
        (run) => place.after(random.between(0, 3), run),
        (count) => random.integer(0, count - 1),
      ),
    ),
  ),
)

mustFail('log stores', logStoreSuite, wrongLogStores)
