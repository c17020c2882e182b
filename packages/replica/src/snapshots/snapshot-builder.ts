import type { Environment, SnapshotMeta, SnapshotSource, SnapshotStore } from '@quorate/core'

/** Writes snapshots of the machine, one at a time, a piece a turn, while later commands are applied. */
export class SnapshotBuilder {
  private running = false
  private stopped = false
  private readonly store: SnapshotStore
  private readonly environment: Environment
  private readonly built: (meta: SnapshotMeta) => void
  private readonly failed: (error: Error) => void

  constructor(
    store: SnapshotStore,
    environment: Environment,
    built: (meta: SnapshotMeta) => void,
    failed: (error: Error) => void,
  ) {
    this.store = store
    this.environment = environment
    this.built = built
    this.failed = failed
  }

  get isRunning(): boolean {
    return this.running
  }

  /** Begins; `source` is closed at the end. */
  start(meta: SnapshotMeta, source: SnapshotSource): void {
    this.running = true
    const writer = this.store.create(meta)
    const end = (error: Error | undefined): void => {
      this.running = false
      source.close()
      if (this.stopped) return
      if (error === undefined) this.built(meta)
      else this.failed(error)
    }
    const step = (error: Error | undefined): void => {
      if (error !== undefined || this.stopped) {
        writer.abort()
        return end(error)
      }
      const piece = source.next()
      if (piece === undefined) writer.commit(end)
      else writer.write(piece, (failure) => this.environment.endOfTurn(() => step(failure)))
    }
    step(undefined)
  }

  stop(): void {
    this.stopped = true
  }
}
