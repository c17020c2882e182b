import type { ApplyContext, MachineDefinition } from '@quorate/core'
import type { ZnodeQuery } from '@quorate/znode'
import { type Table, TreeWithTables, definition, fail } from './tree-with-tables.ts'

/** Nodes with an access list, each. */
export type AccessCommand =
  | { readonly type: 'create'; readonly path: string; readonly acl: string }
  | { readonly type: 'setACL'; readonly path: string; readonly acl: string }

/** As ZooKeeper has it: each list is kept once, and nodes name it by a number. */
class AccessMachine extends TreeWithTables<AccessCommand> {
  private lists = new Map<number, string>()
  private of = new Map<string, number>()
  protected readonly tables: readonly Table[] = [
    {
      write: () => [...this.lists],
      read: (value) => {
        this.lists = new Map(value as [number, string][])
      },
    },
    {
      write: () => [...this.of],
      read: (value) => {
        this.of = new Map(value as [string, number][])
        for (const [path, list] of this.of) {
          if (!this.lists.has(list)) fail(`${path} names the access list ${list}, which is not there`)
        }
      },
    },
  ]

  apply(command: AccessCommand, at: ApplyContext): unknown {
    const { path, acl } = command
    if (command.type === 'create') {
      const result = this.change({ type: 'create', path, data: null, mode: 'PERSISTENT' }, at)
      if (result.type !== 'create') return result.type
    }
    this.of.set(path, this.numberOf(acl))
    return command.type
  }

  private numberOf(acl: string): number {
    for (const [number, list] of this.lists) if (list === acl) return number
    this.lists.set(this.lists.size + 1, acl)
    return this.lists.size
  }
}

/** With `fuzzy`, the snapshot's lists are of another moment than its nodes (ZOOKEEPER-4846). */
export function accessLists(
  fuzzy = false,
): MachineDefinition<AccessCommand, unknown, ZnodeQuery, unknown, unknown> {
  return definition('access-lists', () => new AccessMachine(fuzzy))
}
