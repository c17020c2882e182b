import type { SnapshotMeta, SnapshotReader, SnapshotStore, SnapshotWriter } from '@quorate/core'
import type { SnapshotStoreSubject } from '../../src/index.ts'
import type { Wrong } from '../support/run-suite.ts'
import { type WrapSnapshots, simSnapshots } from '../support/snapshot-subjects.ts'

/** Snapshot stores with one mistake each. */
export const wrongSnapshotStores: readonly Wrong<SnapshotStoreSubject>[] = [
  wrong('lists what is not committed', listsEarly, ['nothing is visible before it is committed']),
  wrong('reports a commit before it is durable', commitsEarly, [
    'a crash between any two steps leaves a snapshot whole or not at all',
  ]),
  wrong('lists the newest first', (store) => delegate(store, { list: () => store.list.toReversed() }), [
    'what is committed is listed, oldest first, and can be loaded',
  ]),
  wrong('keeps a piece without copying it', keepsPieces, [
    'a piece belongs to its owner again once it is taken',
  ]),
  wrong('prunes what it is told to keep', prunesTooMuch, ['prune forgets what is older, and nothing else']),
  wrong('never prunes', (store) => delegate(store, { prune: () => {} }), [
    'prune forgets what is older, and nothing else',
  ]),
  wrong('takes epochs of one index for the same', ignoresEpochs, [
    'snapshots of one index are told apart by their epochs',
  ]),
  wrong('counts pieces, not bytes', countsPieces, ['the offset counts the bytes taken']),
  wrong('commits what is aborted', commitsAborted, ['an aborted snapshot is forgotten']),
  wrong('reads one byte too few', readsTooFew, ['any range can be read, in any order']),
  wrong('forgets the observers', forgetsObservers, [
    'committed snapshots are there after reopening, with their membership',
    'a reader knows what it reads, and how much',
  ]),
  wrong('gives damaged bytes', givesDamaged, ['a damaged snapshot is refused']),
  wrong('takes a snapshot away from its reader', takesAway, ['a reader outlives prune and replacement']),
]

interface Replaced extends Partial<Omit<SnapshotStore, 'list'>> {
  readonly list?: () => readonly SnapshotMeta[]
}

function wrong(name: string, wrap: WrapSnapshots, caughtBy: readonly string[]): Wrong<SnapshotStoreSubject> {
  return { name, caughtBy, subject: simSnapshots(wrap) }
}

function delegate(store: SnapshotStore, { list = () => store.list, ...replaced }: Replaced): SnapshotStore {
  return {
    get list() {
      return list()
    },
    create: (meta) => store.create(meta),
    open: (meta, done) => store.open(meta, done),
    load: (meta) => store.load(meta),
    prune: (meta) => store.prune(meta),
    close: () => store.close(),
    ...replaced,
  }
}

function delegateWriter(writer: SnapshotWriter, replaced: Partial<SnapshotWriter>): SnapshotWriter {
  return {
    get offset() {
      return writer.offset
    },
    write: (piece, done) => writer.write(piece, done),
    commit: (done) => writer.commit(done),
    abort: () => writer.abort(),
    ...replaced,
  }
}

/** A store whose readers are different. */
function withReaders(
  store: SnapshotStore,
  change: (reader: SnapshotReader) => SnapshotReader,
): SnapshotStore {
  return delegate(store, {
    open: (meta, done) => store.open(meta, (reader, error) => done(reader && change(reader), error)),
  })
}

function listsEarly(store: SnapshotStore): SnapshotStore {
  const begun: SnapshotMeta[] = []
  return delegate(store, {
    list: () => [...store.list, ...begun],
    create(meta) {
      begun.push(meta)
      const writer = store.create(meta)
      return delegateWriter(writer, {
        commit(done) {
          begun.length = 0
          writer.commit(done)
        },
      })
    },
  })
}

function commitsEarly(store: SnapshotStore, place: { later(run: () => void): void }): SnapshotStore {
  return delegate(store, {
    create(meta) {
      const writer = store.create(meta)
      return delegateWriter(writer, {
        commit(done) {
          writer.commit(() => {})
          place.later(() => done(undefined))
        },
      })
    },
  })
}

function keepsPieces(store: SnapshotStore): SnapshotStore {
  return delegate(store, {
    create(meta) {
      const writer = store.create(meta)
      const pieces: Uint8Array[] = []
      return delegateWriter(writer, {
        write(piece, done) {
          pieces.push(piece)
          done(undefined)
        },
        commit(done) {
          const next = (position: number): void => {
            const piece = pieces[position]
            if (piece === undefined) writer.commit(done)
            else writer.write(piece, () => next(position + 1))
          }
          next(0)
        },
      })
    },
  })
}

function prunesTooMuch(store: SnapshotStore): SnapshotStore {
  return delegate(store, { prune: (meta) => store.prune({ ...meta, index: meta.index + 1 }) })
}

function ignoresEpochs(store: SnapshotStore): SnapshotStore {
  const one = (meta: SnapshotMeta): SnapshotMeta => ({ ...meta, epoch: 1 })
  return delegate(store, {
    create: (meta) => store.create(one(meta)),
    open: (meta, done) => store.open(one(meta), done),
    load: (meta) => store.load(one(meta)),
  })
}

function countsPieces(store: SnapshotStore): SnapshotStore {
  return delegate(store, {
    create(meta) {
      const writer = store.create(meta)
      let count = 0
      return {
        get offset() {
          return count
        },
        write(piece, done) {
          count += 1
          writer.write(piece, done)
        },
        commit: (done) => writer.commit(done),
        abort: () => writer.abort(),
      }
    },
  })
}

function commitsAborted(store: SnapshotStore): SnapshotStore {
  let aborted: readonly SnapshotMeta[] = []
  return delegate(store, {
    list: () => [...store.list, ...aborted],
    create(meta) {
      const writer = store.create(meta)
      return delegateWriter(writer, {
        abort() {
          aborted = [meta]
          writer.abort()
        },
      })
    },
  })
}

function readsTooFew(store: SnapshotStore): SnapshotStore {
  return withReaders(store, (reader) => ({
    meta: reader.meta,
    size: reader.size,
    read: (offset, length, done) => reader.read(offset, length - 1, done),
    close: () => reader.close(),
  }))
}

function forgetsObservers(store: SnapshotStore): SnapshotStore {
  const less = (meta: SnapshotMeta): SnapshotMeta => {
    return { ...meta, membership: { ...meta.membership, observers: [] } }
  }
  return delegate(store, { create: (meta) => store.create(less(meta)) })
}

function givesDamaged(store: SnapshotStore): SnapshotStore {
  const zeros = new Uint8Array(1000)
  return delegate(withReaders(store, forgiving), {
    load(meta) {
      try {
        return [...store.load(meta)]
      } catch {
        return [zeros]
      }
    },
  })

  function forgiving(reader: SnapshotReader): SnapshotReader {
    return {
      meta: reader.meta,
      size: reader.size,
      read: (offset, length, done) =>
        reader.read(offset, length, (piece, error) => done(error === undefined ? piece : zeros, undefined)),
      close: () => reader.close(),
    }
  }
}

function takesAway(store: SnapshotStore): SnapshotStore {
  const open: SnapshotReader[] = []
  return delegate(
    withReaders(store, (reader) => {
      open.push(reader)
      return {
        meta: reader.meta,
        size: reader.size,
        read(offset, length, done) {
          if (open.includes(reader)) reader.read(offset, length, done)
          else done(new Uint8Array(0), new Error('it is gone'))
        },
        close: () => reader.close(),
      }
    }),
    {
      prune(meta) {
        open.length = 0
        store.prune(meta)
      },
    },
  )
}
