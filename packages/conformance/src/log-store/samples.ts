import {
  type Entry,
  type LogImage,
  LogImageBuilder,
  type SnapshotMeta,
  type StorageOperation,
  majorityOf,
  makeEntry,
} from '@quorate/core'
import { checkSame } from '../suite/compare.ts'

/** An entry whose every field tells where it belongs. */
export function entry(index: number, epoch = 1, size = 12): Entry {
  const data = new Uint8Array(size).map((_, i) => (index * 31 + epoch * 7 + i) & 0xff)
  const kind = index % 5 === 0 ? 'noop' : index % 7 === 0 ? 'membership' : 'command'
  const request = index % 3 === 0 ? undefined : { replica: 1 + (index % 3), sequence: 2 ** 32 + index }
  return makeEntry(index, epoch, 1_700_000_000_000 + index, kind, request, data)
}

export function append(first: number, last: number, epoch = 1, size = 12): StorageOperation {
  const entries = Array.from({ length: last - first + 1 }, (_, i) => entry(first + i, epoch, size))
  return { type: 'append', entries }
}

export function accept(slot: number, round: number): StorageOperation {
  return { type: 'accept', ballot: { round, node: 1 + (slot % 3) }, entries: [entry(slot, round)] }
}

/** All of these slots, in one ballot of the round. */
export function acceptAll(round: number, ...slots: readonly number[]): StorageOperation {
  const ballot = { round, node: 1 + (round % 3) }
  return { type: 'accept', ballot, entries: slots.map((slot) => entry(slot, round)) }
}

export function hardState(...bytes: number[]): StorageOperation {
  return { type: 'setHardState', bytes: Uint8Array.from(bytes) }
}

export function meta(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3], [7]) }
}

/** What the reference says that those operations leave. */
export function imageOf(operations: readonly StorageOperation[]): LogImage {
  const builder = new LogImageBuilder()
  for (const operation of operations) builder.apply(operation)
  return builder.image(0)
}

/** Checks that a store holds what the reference says that those operations leave. */
export function checkImage(
  image: LogImage,
  operations: readonly StorageOperation[],
  what = 'after reopening the store holds',
): void {
  checkSame({ ...image, incarnation: 0 }, imageOf(operations), what)
}
