import {
  type SnapshotMeta,
  type SnapshotReader,
  type SnapshotStore,
  type SnapshotWriter,
  concatenate,
  majorityOf,
} from '@quorate/core'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { checkMeans } from '../suite/means.ts'
import { type Patience, within } from '../suite/patience.ts'
import type { SnapshotStorePlace, SnapshotStoreSubject } from './subject.ts'

/** A snapshot store while it is open. */
export class SnapshotSession {
  readonly store: SnapshotStore
  readonly place: SnapshotStorePlace
  readonly patience: Patience

  constructor(store: SnapshotStore, place: SnapshotStorePlace, patience: Patience) {
    this.store = store
    this.place = place
    this.patience = patience
  }

  /** Adds a piece to a snapshot, and waits until it is taken. */
  async add(writer: SnapshotWriter, piece: Uint8Array): Promise<void> {
    await this.succeeds('write', (done) => writer.write(piece, done))
  }

  async commit(writer: SnapshotWriter): Promise<void> {
    await this.succeeds('commit', (done) => writer.commit(done))
  }

  /** Stores a whole snapshot. */
  async put(meta: SnapshotMeta, ...pieces: readonly Uint8Array[]): Promise<void> {
    const writer = this.store.create(meta)
    for (const piece of pieces) await this.add(writer, piece)
    await this.commit(writer)
  }

  /** Opens one for reading; undefined if the store says that it cannot. */
  async reader(meta: SnapshotMeta): Promise<SnapshotReader | undefined> {
    const opened = new Promise<SnapshotReader | undefined>((resolve) => {
      this.store.open(meta, (reader, error) => resolve(error === undefined ? reader : undefined))
    })
    return within(this.patience, 'open of a snapshot', opened)
  }

  /** What a reader gives; undefined if it says that this is damaged. */
  async read(reader: SnapshotReader, offset: number, length: number): Promise<Uint8Array | undefined> {
    const answer = new Promise<Uint8Array | undefined>((resolve) => {
      reader.read(offset, length, (piece, error) => resolve(error === undefined ? piece : undefined))
    })
    return within(this.patience, `read(${offset}, ${length}) of a snapshot`, answer)
  }

  /** The content, by `load`. */
  content(meta: SnapshotMeta): Uint8Array {
    return concatenate([...this.store.load(meta)])
  }

  /** Checks which snapshots there are. */
  checkList(expected: readonly SnapshotMeta[], when: string): void {
    checkSame(this.store.list, expected, `${when} the list is`)
  }

  async close(): Promise<void> {
    await within(this.patience, 'close', this.store.close())
  }

  async reopen(): Promise<SnapshotSession> {
    await this.close()
    return openSnapshots(this.place, this.patience)
  }

  private async succeeds(
    what: string,
    start: (done: (error: Error | undefined) => void) => void,
  ): Promise<void> {
    const ended = new Promise<Error | undefined>((resolve) => start(resolve))
    const error = await within(this.patience, `done of ${what}`, ended)
    check(error === undefined, () => `${what} failed: ${String(error)}`)
  }
}

/** Opens what is in a place. */
export async function openSnapshots(place: SnapshotStorePlace, patience: Patience): Promise<SnapshotSession> {
  return new SnapshotSession(await within(patience, 'open', place.open()), place, patience)
}

/** Runs `use` in an empty place, open. `use` gives the session that is open at its end, if it is another. */
export async function withSnapshots(
  subject: SnapshotStoreSubject,
  use: (snapshots: SnapshotSession) => Promise<SnapshotSession | void>,
  seed = 1,
): Promise<void> {
  const place = await subject.place(seed)
  try {
    checkMeans('place', place, subject.can, { crash: 'crash', step: 'step', damage: 'damage' })
    const session = await openSnapshots(place, subject.patience)
    const last = (await use(session)) ?? session
    await last.close()
  } finally {
    await place.remove?.()
  }
}

export function metaAt(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3], [7]) }
}

/** Bytes that differ from place to place and from seed to seed. */
export function bytesOf(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (Math.imul(i + seed, 2654435761) >>> 24) & 0xff)
}
