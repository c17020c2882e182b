import type { Entry, LogImage, LogStore, StorageOperation } from '@quorate/core'
import { check } from '../suite/failure.ts'
import { checkMeans } from '../suite/means.ts'
import { type Patience, within } from '../suite/patience.ts'
import { takeSteps } from '../suite/steps.ts'
import type { LogStorePlace, LogStoreSubject } from './subject.ts'

/** Steps of the disk before a write that is not done by then is left to patience. */
const mostSteps = 100_000

/** The means that are methods of a place, by name. */
const methods = { crash: 'crash', step: 'step', fail: 'failNext', damage: 'damage' } as const

/** A write that was asked for, and what came of it. */
export class AskedWrite {
  readonly operations: readonly StorageOperation[]
  readonly sync: boolean
  /** How often `done` was called. */
  calls = 0
  error: Error | undefined
  readonly ended: Promise<void>
  private end: () => void = () => {}

  constructor(operations: readonly StorageOperation[], sync: boolean) {
    this.operations = operations
    this.sync = sync
    this.ended = new Promise((resolve) => {
      this.end = resolve
    })
  }

  /** Was it reported to have succeeded? */
  get succeeded(): boolean {
    return this.calls > 0 && this.error === undefined
  }

  report(error: Error | undefined): void {
    this.calls += 1
    this.error = error
    this.end()
  }
}

/** A log store while it is open, and what was asked of it. */
export class LogSession {
  readonly store: LogStore
  /** What it held when it was opened. */
  readonly image: LogImage
  readonly place: LogStorePlace
  readonly patience: Patience
  readonly writes: AskedWrite[] = []
  /** Was `done` ever called from within `write`? */
  calledDuringWrite = false
  private depth = 0

  constructor(store: LogStore, place: LogStorePlace, patience: Patience) {
    this.store = store
    this.place = place
    this.patience = patience
    const { incarnation, hardState, base, entries, ballots } = store.image
    this.image = { incarnation, hardState, base, entries: [...entries], ballots: new Map(ballots) }
  }

  /** Asks for a write, and does not wait for it. `then` is called with its end. */
  ask(operations: readonly StorageOperation[], sync = true, then: () => void = () => {}): AskedWrite {
    const write = new AskedWrite(operations, sync)
    this.writes.push(write)
    this.depth += 1
    this.store.write(operations, sync, (error) => {
      this.calledDuringWrite ||= this.depth > 0
      write.report(error)
      then()
    })
    this.depth -= 1
    return write
  }

  /** Writes, and waits until it is done. */
  async write(...operations: StorageOperation[]): Promise<void> {
    await this.done(this.ask(operations))
  }

  /** Waits for a write, which must succeed, and no longer: a crash after this comes right behind its report. */
  async done(write: AskedWrite): Promise<void> {
    for (let steps = 0; steps < mostSteps && write.calls === 0; steps++)
      if (takeSteps(this.place, 1) === 0) break
    if (write.calls === 0) await within(this.patience, 'done of a write', write.ended)
    check(write.error === undefined, () => `a write failed: ${String(write.error)}`)
  }

  async read(from: number, to: number): Promise<readonly Entry[]> {
    const answer = new Promise<readonly Entry[]>((resolve, reject) => {
      this.store.read(from, to, (entries, error) => (error === undefined ? resolve(entries) : reject(error)))
    })
    return within(this.patience, `read(${from}, ${to})`, answer)
  }

  async close(): Promise<void> {
    await within(this.patience, 'close', this.store.close())
  }

  /** Closes, and opens again. */
  async reopen(): Promise<LogSession> {
    await this.close()
    return openLog(this.place, this.patience)
  }
}

/** Opens what is in a place. */
export async function openLog(place: LogStorePlace, patience: Patience): Promise<LogSession> {
  const store = await within(patience, 'open', place.open())
  return new LogSession(store, place, patience)
}

/** Runs `use` in an empty place; gives what it gives. */
export async function inPlace<T>(
  subject: LogStoreSubject,
  seed: number,
  use: (place: LogStorePlace) => Promise<T>,
): Promise<T> {
  const place = await subject.place(seed)
  try {
    checkMeans('place', place, subject.can, methods)
    return await use(place)
  } finally {
    await place.remove?.()
  }
}

/** Runs `use` with a new, empty store, and closes it. `use` gives the session that is open at its end. */
export async function withLog(
  subject: LogStoreSubject,
  use: (log: LogSession) => Promise<LogSession | void>,
): Promise<void> {
  await inPlace(subject, 1, async (place) => {
    const log = await openLog(place, subject.patience)
    const last = (await use(log)) ?? log
    await last.close()
  })
}
