import { type NodeId, type StorageOperation, majorityOf } from '@quorate/core'
import { expect } from 'vitest'
import { type UnsafeRules, type ZabMessage, type ZabOptions, encodeHardState } from '../../src/index.ts'
import { Ensemble } from '../support/ensemble.ts'

export type Flight = Ensemble['inFlight'][number]

/** An ensemble of three or more, with rules broken if any are named. */
export function ensembleOf(size: number, unsafe?: UnsafeRules, options: ZabOptions = {}): Ensemble {
  return new Ensemble(size, unsafe === undefined ? options : { ...options, unsafe })
}

/** Takes the messages under way that `choose` accepts off the links. */
export function steal(
  ensemble: Ensemble,
  choose: (message: ZabMessage, from: NodeId, to: NodeId) => boolean,
): Flight[] {
  const stolen = ensemble.inFlight.filter(({ message, from, to }) => choose(message, from, to))
  ensemble.inFlight = ensemble.inFlight.filter((flight) => !stolen.includes(flight))
  return stolen
}

/** Three voters, 3 leading epoch 1, with `a` in the log of 3 alone: not committed. 1 and 2 are down. */
export function leaderAlone(unsafe?: UnsafeRules): Ensemble {
  const ensemble = ensembleOf(3, unsafe)
  expect(ensemble.elect()).toBe(3)
  ensemble.filter = ({ message }) => message.type !== 'PROPOSAL'
  ensemble.propose(3, 'a')
  ensemble.settle()
  ensemble.filter = () => true
  ensemble.crash(1)
  ensemble.crash(2)
  expect(ensemble.observe(3)).toMatchObject({ phase: 'LOOKING', lastIndex: 1, commitIndex: 0 })
  return ensemble
}

/** Lets a replica's disk keep its writes until they are completed by hand. */
export function slowDisk(ensemble: Ensemble, id: NodeId): void {
  ensemble.node(id).autoPersist = false
}

/** The disk does its work again, beginning with what waits. */
export function promptDisk(ensemble: Ensemble, id: NodeId): void {
  const node = ensemble.node(id)
  node.autoPersist = true
  node.drain(ensemble.now())
}

/** Until a replica has handed out a persist that its disk has not done. Its disk is slow from now on. */
export function untilWriting(ensemble: Ensemble, id: NodeId): void {
  slowDisk(ensemble, id)
  ensemble.until(() => ensemble.node(id).writing.length > 0)
}

/**
 * A bad host: it says that the oldest write is durable, and sends what was held for it, though only the operations that
 * `reaches` accepts are on the disk. The others are nowhere but in memory.
 */
export function completeInPart(
  ensemble: Ensemble,
  id: NodeId,
  reaches: (operation: StorageOperation) => boolean,
): void {
  const node = ensemble.node(id)
  const { persist, held } = node.writing.shift()!
  for (const operation of persist.operations) if (reaches(operation)) node.durable.apply(operation)
  for (const { to, message } of held) ensemble.send(id, to, message)
  node.step({ type: 'persisted', token: persist.token }, ensemble.now())
}

/**
 * Three voters that have come through epoch 1 and hold a snapshot at `index` and nothing above it: as if that many
 * commands had gone before.
 */
export function ensembleFrom(index: number, unsafe?: UnsafeRules, options: ZabOptions = {}): Ensemble {
  const meta = { index, epoch: 1, membership: majorityOf([1, 2, 3]) }
  const hardState = encodeHardState({ acceptedEpoch: 1, currentEpoch: 1 })
  /** The base class's constructor starts all nodes. */
  class LaterEnsemble extends Ensemble {
    override start(id: NodeId): void {
      const node = this.node(id)
      if (node.stored === undefined) {
        node.durable.apply({ type: 'installSnapshot', meta })
        node.durable.apply({ type: 'setHardState', bytes: hardState })
        node.stored = meta
      }
      super.start(id)
    }
  }
  return new LaterEnsemble(3, unsafe === undefined ? options : { ...options, unsafe })
}
