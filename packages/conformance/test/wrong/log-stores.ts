import { type Entry, type LogStore, noBytes } from '@quorate/core'
import type { LogStoreSubject } from '../../src/index.ts'
import { type WrapLog, memoryLogs, simLogs } from '../support/log-subjects.ts'
import type { Wrong } from '../support/run-suite.ts'
import { delegateLog, mistake } from './delegate-log.ts'

/** Log stores with one mistake each. */
export const wrongLogStores: readonly Wrong<LogStoreSubject>[] = [
  wrong('acknowledges before it is synced', acknowledgesEarly, [
    'a write that was reported durable outlives a crash',
    'a crash leaves a prefix of the writes',
    'a crash between any two steps of the disk leaves a prefix',
  ]),
  wrong('loses the hard state when it truncates', losesHardState, [
    'hard state is kept, the last one counts',
    'truncation leaves the hard state and the base alone',
  ]),
  wrong('keeps the tail behind an append', keepsTail, ['append replaces everything from its first index on']),
  wrong('drops the slots behind one that is accepted', acceptsAsAppend, [
    'accept sets one slot, and leaves holes',
    'any writes leave what the reference says (slots)',
  ]),
  wrong('forgets holes', fillsHoles, ['accept sets one slot, and leaves holes', 'read ends at a hole']),
  wrong('accepts only the first of a batch', acceptsFirst, [
    'accept takes many slots at once, and leaves holes between them',
    'any writes leave what the reference says (slots)',
  ]),
  wrong('starts over at a start in a hole', startsOverInHoles, [
    'compactTo at a hole keeps what lies above it',
  ]),
  wrong('reports a failed write as done', swallowsFailures, [
    'a write that failed is never reported durable',
  ]),
  wrong('reports within write', reportsAtOnce, ['done is never called from within write']),
  wrong('reports twice', reportsTwice, ['every write is reported, once']),
  wrong('never reports a write of nothing', ignoresEmpty, ['every write is reported, once']),
  wrong('makes several writes of one', splits, [
    'a write is there whole or not at all',
    'a crash leaves a prefix of the writes',
  ]),
  wrong('writes in another order than it was asked', swaps, ['a crash leaves a prefix of the writes']),
  wrong('gives what was compacted', remembersAll, ['read past compaction gives nothing']),
  wrong('reads one entry too few', readsTooFew, ['read gives the entries from … to, both included']),
  wrong('does not count its openings', forgetsIncarnation, [
    'openings are counted',
    'no two openings share an incarnation, whatever crashes between them',
  ]),
  wrong(
    'starts over when it is damaged',
    (store) => store,
    ['a log that is damaged in its middle is refused'],
    true,
  ),
  wrong('drops all entries when a snapshot is installed', installsBlindly, [
    'installSnapshot keeps entries that agree with it',
  ]),
  wrong('keeps all entries when a snapshot is installed', installsLightly, [
    'installSnapshot drops entries that disagree with it',
  ]),
  wrong('gives up writes under way when it is closed', abandonsWrites, [
    'close lets writes under way complete',
  ]),
]

function wrong(
  name: string,
  wrap: WrapLog,
  caughtBy: readonly string[],
  startsOver = false,
): Wrong<LogStoreSubject> {
  const subject = simLogs(wrap)
  return { name, caughtBy, subject: startsOver ? startingOver(subject) : subject }
}

function acknowledgesEarly(store: LogStore, place: { later(run: () => void): void }): LogStore {
  return delegateLog(store, {
    write(operations, sync, done) {
      store.write(operations, sync, () => {})
      place.later(() => done(undefined))
    },
  })
}

function losesHardState(store: LogStore): LogStore {
  return mistake(store, (operation) =>
    operation.type === 'truncateAfter' ? [operation, { type: 'setHardState', bytes: noBytes }] : [operation],
  )
}

function keepsTail(store: LogStore): LogStore {
  return mistake(store, (operation, before) => {
    if (operation.type !== 'append') return [operation]
    const tail: Entry[] = []
    for (let index = operation.entries.at(-1)!.index + 1; index <= before.lastIndex; index++) {
      tail.push(before.entryAt(index)!)
    }
    return [{ type: 'append', entries: [...operation.entries, ...tail] }]
  })
}

function acceptsAsAppend(store: LogStore): LogStore {
  return mistake(store, (operation) =>
    operation.type === 'accept'
      ? [operation, { type: 'truncateAfter', index: operation.entries.at(-1)!.index }]
      : [operation],
  )
}

function acceptsFirst(store: LogStore): LogStore {
  return mistake(store, (operation) =>
    operation.type === 'accept' ? [{ ...operation, entries: operation.entries.slice(0, 1) }] : [operation],
  )
}

function startsOverInHoles(store: LogStore): LogStore {
  return mistake(store, (operation, before) => {
    if (operation.type !== 'compactTo' || operation.meta.index <= before.baseIndex) return [operation]
    const isHole = before.entryAt(operation.meta.index) === undefined
    return isHole ? [{ type: 'installSnapshot', meta: operation.meta }] : [operation]
  })
}

function fillsHoles(store: LogStore): LogStore {
  return mistake(store, (operation, before) => {
    if (operation.type !== 'accept') return [operation]
    const first = operation.entries[0]!
    const filled: Entry[] = []
    for (let slot = before.lastIndex + 1; slot < first.index; slot++) {
      filled.push({ ...first, index: slot, encoded: undefined })
    }
    return [{ ...operation, entries: [...filled, ...operation.entries] }]
  })
}

function swallowsFailures(store: LogStore): LogStore {
  return delegateLog(store, {
    write: (operations, sync, done) => store.write(operations, sync, () => done(undefined)),
  })
}

function reportsAtOnce(store: LogStore): LogStore {
  return delegateLog(store, {
    write(operations, sync, done) {
      store.write(operations, sync, () => {})
      done(undefined)
    },
  })
}

function reportsTwice(store: LogStore): LogStore {
  return delegateLog(store, {
    write(operations, sync, done) {
      store.write(operations, sync, (error) => {
        done(error)
        if (!sync) done(error)
      })
    },
  })
}

function ignoresEmpty(store: LogStore): LogStore {
  return delegateLog(store, {
    write(operations, sync, done) {
      if (operations.length > 0) store.write(operations, sync, done)
    },
  })
}

function splits(store: LogStore): LogStore {
  return delegateLog(store, {
    write(operations, sync, done) {
      const write = (position: number): void =>
        store.write(operations.slice(position, position + 1), sync, (error) => {
          if (error !== undefined || position + 1 >= operations.length) done(error)
          else write(position + 1)
        })
      write(0)
    },
  })
}

/** Hard state overtakes: what is asked for right after a write is written before it. */
function swaps(store: LogStore, place: { later(run: () => void): void }): LogStore {
  return delegateLog(store, {
    write(operations, sync, done) {
      const isLate = operations.some(({ type }) => type === 'append' || type === 'accept')
      if (isLate) place.later(() => store.write(operations, sync, done))
      else store.write(operations, sync, done)
    },
  })
}

function remembersAll(store: LogStore): LogStore {
  const all = new Map<number, Entry>()
  return delegateLog(store, {
    write(operations, sync, done) {
      for (const operation of operations) {
        if (operation.type === 'append') for (const entry of operation.entries) all.set(entry.index, entry)
      }
      store.write(operations, sync, done)
    },
    read(from, to, done) {
      const entries: Entry[] = []
      for (let index = from; index <= to && all.has(index); index++) entries.push(all.get(index)!)
      done(entries, undefined)
    },
  })
}

function readsTooFew(store: LogStore): LogStore {
  return delegateLog(store, { read: (from, to, done) => store.read(from, to - 1, done) })
}

function forgetsIncarnation(store: LogStore): LogStore {
  return Object.defineProperty(delegateLog(store, {}), 'image', { value: { ...store.image, incarnation: 1 } })
}

function installsBlindly(store: LogStore): LogStore {
  return mistake(store, (operation) =>
    operation.type === 'installSnapshot'
      ? [{ type: 'truncateAfter', index: operation.meta.index }, operation]
      : [operation],
  )
}

function installsLightly(store: LogStore): LogStore {
  return mistake(store, (operation) =>
    operation.type === 'installSnapshot' ? [{ type: 'compactTo', meta: operation.meta }] : [operation],
  )
}

function abandonsWrites(store: LogStore): LogStore {
  let isClosed = false
  return delegateLog(store, {
    write(operations, sync, done) {
      store.write(operations, sync, (error) => {
        if (!isClosed) done(error)
      })
    },
    close() {
      isClosed = true
      return store.close()
    },
  })
}

/** Opens an empty log where it should have refused a damaged one. */
function startingOver(subject: LogStoreSubject): LogStoreSubject {
  const empty = memoryLogs()
  return {
    ...subject,
    async place(seed) {
      const place = await subject.place(seed)
      return { ...place, open: () => place.open().catch(async () => (await empty.place(seed)).open()) }
    },
  }
}
