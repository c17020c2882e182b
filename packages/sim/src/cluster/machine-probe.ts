import type {
  AnyMachineDefinition,
  ApplyContext,
  ChangeSink,
  LogIndex,
  SnapshotSource,
  StateMachine,
} from '@quorate/core'

type AnyMachine = StateMachine<unknown, unknown, unknown, unknown, unknown>

/** Sees a machine's digest whenever it changes. */
export interface MachineWatcher {
  /** The command at `index` was applied. */
  applied(index: LogIndex, digest: number): void
  /** The state was replaced by a snapshot's. */
  restored(digest: number): void
}

/** The same machine, watched. */
export function probeMachine(
  definition: AnyMachineDefinition,
  watcher: MachineWatcher,
): AnyMachineDefinition {
  return {
    name: definition.name,
    version: definition.version,
    codecs: definition.codecs,
    create: () => new MachineProbe(definition.create(), watcher),
  }
}

class MachineProbe implements AnyMachine {
  private readonly machine: AnyMachine
  private readonly watcher: MachineWatcher

  constructor(machine: AnyMachine, watcher: MachineWatcher) {
    this.machine = machine
    this.watcher = watcher
  }

  apply(command: unknown, at: ApplyContext, changes: ChangeSink<unknown>): unknown {
    const result = this.machine.apply(command, at, changes)
    this.watcher.applied(at.index, this.machine.digest())
    return result
  }

  query(query: unknown): unknown {
    return this.machine.query(query)
  }

  snapshot(): SnapshotSource {
    return this.machine.snapshot()
  }

  restore(chunks: Iterable<Uint8Array>): void {
    this.machine.restore(chunks)
    this.watcher.restored(this.machine.digest())
  }

  digest(): number {
    return this.machine.digest()
  }
}
