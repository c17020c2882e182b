import { LogImageBuilder, type StorageOperation } from '@quorate/core'
import type { Random } from '@quorate/sim'
import { append, entry, hardState, meta } from './samples.ts'

/**
 * `dense`: appends, as Raft and Zab make them. `slots`: accepts, as Paxos does, with holes; a new start lies anywhere, also
 * in a hole or above all.
 */
export type LogForm = 'dense' | 'slots'

/** Writes that an engine could make, each of one to three operations. */
export function randomWrites(random: Random, count: number, form: LogForm): StorageOperation[][] {
  const builder = new LogImageBuilder()
  return Array.from({ length: count }, () => {
    const operations: StorageOperation[] = []
    for (let i = random.integer(1, 3); i > 0; i--) {
      const operation = randomOperation(random, builder, form)
      builder.apply(operation)
      operations.push(operation)
    }
    return operations
  })
}

function randomOperation(random: Random, builder: LogImageBuilder, form: LogForm): StorageOperation {
  const { baseIndex, lastIndex } = builder
  const epoch = 1 + Math.floor(lastIndex / 10)
  const known = random.integer(baseIndex, lastIndex)
  const kind = random.integer(0, 99)
  if (kind < 55)
    return form === 'dense' ? randomAppend(random, builder, epoch) : randomAccept(random, builder)
  if (kind < 70) return hardState(epoch & 0xff, random.integer(0, 255), 0)
  if (kind < 78) return { type: 'truncateAfter', index: known }
  const knownEpoch = builder.entryAt(known)?.epoch ?? epoch
  if (kind < 92) {
    const above = form === 'slots' && random.chance(0.2) ? random.integer(0, 4) : undefined
    return { type: 'compactTo', meta: meta(above === undefined ? known : lastIndex + above, knownEpoch) }
  }
  const installed = baseIndex + random.integer(1, lastIndex - baseIndex + 4)
  const isKnown = random.chance(0.6)
  const installedEpoch = builder.entryAt(installed)?.epoch ?? epoch
  return { type: 'installSnapshot', meta: meta(installed, isKnown ? installedEpoch : epoch + 1) }
}

function randomAppend(random: Random, builder: LogImageBuilder, epoch: number): StorageOperation {
  const { baseIndex, lastIndex } = builder
  const first = random.chance(0.8) ? lastIndex + 1 : random.integer(baseIndex + 1, lastIndex + 1)
  return append(first, first + random.integer(0, 4), epoch, random.integer(0, 60))
}

function randomAccept(random: Random, { baseIndex, lastIndex }: LogImageBuilder): StorageOperation {
  const slot = baseIndex + random.integer(1, lastIndex - baseIndex + 3)
  const round = random.integer(1, 9)
  const ballot = { round, node: random.integer(1, 3) }
  const entries = [entry(slot, round, random.integer(0, 60))]
  // A batch: further slots, some of them next to each other, some behind a hole.
  while (entries.length < 5 && random.chance(0.5)) {
    const next = entries.at(-1)!.index + random.integer(1, 3)
    entries.push(entry(next, round, random.integer(0, 60)))
  }
  return { type: 'accept', ballot, entries }
}
