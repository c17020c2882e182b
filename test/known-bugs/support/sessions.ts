import type { ApplyContext, MachineDefinition } from '@quorate/core'
import type { ZnodeQuery } from '@quorate/znode'
import { type Table, TreeWithTables, definition } from './tree-with-tables.ts'

/** Sessions come and go, and what is theirs with them. */
export type SessionCommand =
  | { readonly type: 'open'; readonly session: string }
  | { readonly type: 'ephemeral'; readonly session: string; readonly path: string }
  | { readonly type: 'close'; readonly session: string }

export interface SessionFaults {
  /** The snapshot's sessions are of another moment than its tree (ZOOKEEPER-3144). */
  readonly fuzzy?: boolean
  /** It cannot read the end of a session, and goes on (ZOOKEEPER-2355). */
  readonly deaf?: boolean
}

class SessionMachine extends TreeWithTables<SessionCommand> {
  /** Sessions that are open, and the nodes that are theirs. */
  private open = new Map<string, string[]>()
  private readonly deaf: boolean
  protected readonly tables: readonly Table[] = [
    {
      write: () => [...this.open],
      read: (value) => {
        this.open = new Map(value as [string, string[]][])
      },
    },
  ]

  constructor({ fuzzy = false, deaf = false }: SessionFaults) {
    super(fuzzy)
    this.deaf = deaf
  }

  apply(command: SessionCommand, at: ApplyContext): unknown {
    const { session } = command
    const own = this.open.get(session)
    switch (command.type) {
      case 'open':
        if (own === undefined) this.open.set(session, [])
        return undefined
      case 'ephemeral': {
        if (own === undefined) return 'SESSIONEXPIRED'
        const { path } = command
        const result = this.change({ type: 'create', path, data: null, mode: 'PERSISTENT' }, at)
        if (result.type === 'create') own.push(path)
        return result.type
      }
      case 'close': {
        if (this.deaf || own === undefined) return undefined
        this.open.delete(session)
        const operations = own.map((path) => ({ type: 'delete', path, version: -1 }) as const)
        return this.change({ type: 'multi', operations }, at).type
      }
    }
  }
}

export function sessions(
  faults: SessionFaults = {},
): MachineDefinition<SessionCommand, unknown, ZnodeQuery, unknown, unknown> {
  return definition('sessions', () => new SessionMachine(faults))
}
