import type { MultiOperation, ZnodeCommand } from '@quorate/znode'
import { znode } from '@quorate/znode'
import { describe, expect, it } from 'vitest'
import { Machines } from './support/machines.ts'

const create = { type: 'create', path: '/q/n-', data: null, mode: 'PERSISTENT_SEQUENTIAL' } as const
const impossible: MultiOperation = { type: 'check', path: '/nowhere', version: 0 }

/** The paths that creates of sequential nodes gave, and the errors of those that failed. */
function outcomes(results: readonly unknown[]): string[] {
  return (results as { type: string; path?: string; error?: string }[])
    .filter(({ type }) => type !== 'multi')
    .map(({ path, error }) => path ?? error!)
}

/**
 * ZooKeeper's leader names sequential nodes when they are proposed, by what is pending. A multi that fails takes its own
 * back, and with it the parent's count of what others have pending: their names are given again.
 */
describe('ZOOKEEPER-1624: a failed multi leaves the count of sequential nodes as it was', () => {
  /** A create, a multi that fails behind a create of its own, and a create: all proposed before any is applied. */
  const commands: readonly ZnodeCommand[] = [
    create,
    { type: 'multi', operations: [create, impossible] },
    create,
    create,
  ]

  /** `prepare` is what the leader makes of a command before it proposes it. */
  function play(prepare: (command: ZnodeCommand) => ZnodeCommand): Machines {
    const machines = new Machines(() => znode())
    machines.write({ type: 'create', path: '/q', data: null, mode: 'PERSISTENT' })
    for (const command of commands) machines.propose(machines.leader, prepare(command))
    machines.settle()
    expect(new Set(machines.digests()).size).toBe(1)
    return machines
  }

  it('names are given when commands are applied: nothing is pending, and nothing to be taken back', () => {
    const machines = play((command) => command)
    const names = ['/q', '/q/n-0000000000', '/q/n-0000000001', '/q/n-0000000002']
    for (const node of [1, 2, 3]) expect(outcomes(machines.results(node))).toEqual(names)
  })

  /** A leader that names by what is pending. The bug: a multi's failure sets the count back to what is applied. */
  class Namer {
    private pending = 0

    prepare(command: ZnodeCommand, isBroken: boolean): ZnodeCommand {
      if (command.type === 'create') return this.name(command.path)
      if (command.type !== 'multi') return command
      const before = this.pending
      const operations = command.operations.map((operation) =>
        operation.type === 'create' ? this.name(operation.path) : operation,
      )
      this.pending = isBroken ? 0 : before
      return { type: 'multi', operations }
    }

    private name(prefix: string): MultiOperation & { type: 'create' } {
      const path = `${prefix}${String(this.pending++).padStart(10, '0')}`
      return { type: 'create', path, data: null, mode: 'PERSISTENT' }
    }
  }

  it('a leader that names ahead must set the count back to what it was', () => {
    const namer = new Namer()
    const machines = play((command) => namer.prepare(command, false))
    const names = ['/q', '/q/n-0000000000', '/q/n-0000000001', '/q/n-0000000002']
    expect(outcomes(machines.results(2))).toEqual(names)
  })

  it('one that forgets what is pending gives a name twice', () => {
    const namer = new Namer()
    const machines = play((command) => namer.prepare(command, true))
    const names = ['/q', '/q/n-0000000000', 'NODEEXISTS', '/q/n-0000000001']
    for (const node of [1, 2, 3]) expect(outcomes(machines.results(node))).toEqual(names)
  })
})
