import type { Environment, SnapshotMeta, SnapshotSource, SnapshotStore, SnapshotWriter } from '@quorate/core'

interface Build {
  readonly meta: SnapshotMeta
  readonly source: SnapshotSource
  readonly writer: SnapshotWriter
}

/** Writes snapshots of the machine, one at a time, a piece a turn, while later commands are applied. */
export class SnapshotBuilder {
  private current: Build | undefined
  private readonly store: SnapshotStore
  private readonly environment: Environment
  private readonly built: (meta: SnapshotMeta, size: number) => void
  private readonly failed: (error: Error) => void

  /** `built` is told how many bytes it has; `failed`: the disk refused it, or the machine threw. */
  constructor(
    store: SnapshotStore,
    environment: Environment,
    built: (meta: SnapshotMeta, size: number) => void,
    failed: (error: Error) => void,
  ) {
    this.store = store
    this.environment = environment
    this.built = built
    this.failed = failed
  }

  get isRunning(): boolean {
    return this.current !== undefined
  }

  /** Begins; nothing else is being built. The machine's snapshot is closed at the end, however that comes. */
  start(meta: SnapshotMeta, machine: { snapshot(): SnapshotSource }): void {
    let source: SnapshotSource | undefined
    try {
      source = machine.snapshot()
      this.current = { meta, source, writer: this.store.create(meta) }
    } catch (error) {
      source?.close()
      return this.failed(error as Error)
    }
    this.step(this.current)
  }

  /** Gives up what is being built. */
  stop(): void {
    const { current } = this
    this.current = undefined
    current?.writer.abort()
    current?.source.close()
  }

  private step(build: Build): void {
    if (this.current !== build) return
    let piece: Uint8Array | undefined
    try {
      piece = build.source.next()
    } catch (error) {
      return this.end(build, error as Error)
    }
    if (piece === undefined) return build.writer.commit((error) => this.end(build, error))
    build.writer.write(piece, (error) => {
      if (error !== undefined) this.end(build, error)
      else this.environment.endOfTurn(() => this.step(build))
    })
  }

  private end(build: Build, error: Error | undefined): void {
    if (this.current !== build) return
    this.current = undefined
    if (error !== undefined) build.writer.abort()
    build.source.close()
    if (error === undefined) this.built(build.meta, build.writer.offset)
    else this.failed(error)
  }
}
