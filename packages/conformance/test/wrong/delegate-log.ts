import { type LogStore, LogImageBuilder, type StorageOperation } from '@quorate/core'

/** The store, with some of its methods replaced. */
export function delegateLog(store: LogStore, replaced: Partial<LogStore>): LogStore {
  return {
    get image() {
      return store.image
    },
    get counters() {
      return store.counters
    },
    write: (operations, sync, done) => store.write(operations, sync, done),
    read: (from, to, done) => store.read(from, to, done),
    close: () => store.close(),
    ...replaced,
  }
}

/** What a store holds, followed along. */
export function follow(store: LogStore): LogImageBuilder {
  const builder = new LogImageBuilder()
  const { base, entries, ballots, hardState } = store.image
  if (base !== undefined) builder.apply({ type: 'installSnapshot', meta: base })
  for (const entry of entries) {
    const ballot = ballots.get(entry.index)
    if (ballot === undefined) builder.apply({ type: 'append', entries: [entry] })
    else builder.apply({ type: 'accept', ballot, entries: [entry] })
  }
  if (hardState !== undefined) builder.apply({ type: 'setHardState', bytes: hardState })
  return builder
}

/** The store, misunderstanding operations. */
export function mistake(
  store: LogStore,
  understand: (operation: StorageOperation, before: LogImageBuilder) => readonly StorageOperation[],
): LogStore {
  const builder = follow(store)
  return delegateLog(store, {
    write(operations, sync, done) {
      const understood = operations.flatMap((operation) => {
        const wrong = understand(operation, builder)
        builder.apply(operation)
        return wrong
      })
      store.write(understood, sync, done)
    },
  })
}
