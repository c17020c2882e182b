import { type SnapshotMeta, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { SnapshotBuilder } from '../src/snapshots/snapshot-builder.ts'
import { ListMachine } from './support/list-machine.ts'
import { ManualEnvironment } from './support/manual-environment.ts'
import { ScriptedSnapshotStore } from './support/scripted-snapshot-store.ts'

const meta: SnapshotMeta = { index: 5, epoch: 1, membership: majorityOf([1]) }

function setup() {
  const environment = new ManualEnvironment()
  const store = new ScriptedSnapshotStore()
  const machine = new ListMachine()
  machine.values = [1, 2, 3, 4, 5]
  const told: string[] = []
  const builder = new SnapshotBuilder(
    store,
    environment,
    ({ index }) => told.push(`built ${index}`),
    ({ message }) => told.push(message),
  )
  return { environment, store, machine, told, builder }
}

describe('SnapshotBuilder', () => {
  it('writes a piece a turn, of the state as of its beginning, while the machine goes on', () => {
    const { environment, store, machine, told, builder } = setup()
    builder.start(meta, machine)
    for (const command of [6, 7, 8]) {
      expect([told, builder.isRunning]).toEqual([[], true])
      machine.apply(command, { index: command, epoch: 1, time: 0, request: undefined }, { push: () => {} })
      environment.turn()
    }
    expect([told, builder.isRunning]).toEqual([['built 5'], false])
    expect([...store.bytesOf(meta)]).toEqual([1, 2, 3, 4, 5])
    expect([machine.snapshotsOpen, machine.snapshotsClosed]).toEqual([0, 1])
  })

  it('waits for the disk', () => {
    const { environment, store, told, machine, builder } = setup()
    store.isSlow = true
    builder.start(meta, machine)
    environment.settle()
    for (let i = 0; i < 3; i++) {
      expect(store.waiting).toHaveLength(1)
      store.complete()
      environment.settle()
    }
    expect(told).toEqual([])
    store.complete()
    expect(told).toEqual(['built 5'])
  })

  it.each(['write', 'commit'] as const)('that fails to %s says so, and lets go of state and file', (kind) => {
    const { environment, store, machine, told, builder } = setup()
    store.failures.set(kind, new Error('the disk is full'))
    builder.start(meta, machine)
    environment.settle()
    expect(told).toEqual(['the disk is full'])
    expect([machine.snapshotsOpen, machine.snapshotsClosed, store.writersAborted]).toEqual([0, 1, 1])
    expect([builder.isRunning, store.list]).toEqual([false, []])
  })

  it.each([0, 2])('of a machine that throws at piece %i says so, and lets go of state and file', (piece) => {
    const { environment, store, machine, told, builder } = setup()
    machine.failAt = piece
    builder.start(meta, machine)
    environment.settle()
    expect(told).toEqual(['the snapshot broke'])
    expect([machine.snapshotsOpen, machine.snapshotsClosed, store.writersAborted]).toEqual([0, 1, 1])
  })

  it('of a machine or a store that does not even begin says so', () => {
    const { machine, told, builder, store } = setup()
    store.create = () => {
      throw new Error('no file')
    }
    builder.start(meta, machine)
    builder.start(meta, {
      snapshot: () => {
        throw new Error('no snapshot')
      },
    })
    expect(told).toEqual(['no file', 'no snapshot'])
    expect([machine.snapshotsOpen, machine.snapshotsClosed]).toEqual([0, 1])
  })

  it.each([0, 1, 2, 3])(
    'stopped after %i turns lets go of state and file at once, and tells nothing',
    (turns) => {
      const { environment, store, machine, told, builder } = setup()
      store.isSlow = true
      builder.start(meta, machine)
      for (let i = 0; i < turns; i++) {
        store.complete()
        environment.settle()
      }
      builder.stop()
      expect([machine.snapshotsOpen, machine.snapshotsClosed, store.writersAborted]).toEqual([0, 1, 1])
      while (store.waiting.length > 0) store.complete()
      environment.settle()
      builder.stop()
      expect([told, machine.snapshotsClosed, store.list]).toEqual([[], 1, []])
    },
  )
})
