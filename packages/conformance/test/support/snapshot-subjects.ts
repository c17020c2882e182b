import type { SnapshotStore } from '@quorate/core'
import { MemorySnapshotStore } from '@quorate/replica'
import { type SnapshotStorePlace, type SnapshotStoreSubject, patienceOf } from '../../src/index.ts'
import { SimPlace, SimTime } from './sim-place.ts'

/** What a wrapper can do to a store that is opened. */
export type WrapSnapshots = (store: SnapshotStore, place: SimPlace) => SnapshotStore

/** The snapshot store of production over a simulated disk, as it is or wrapped. */
export function simSnapshots(wrap: WrapSnapshots = (store) => store): SnapshotStoreSubject {
  const time = new SimTime()
  return {
    can: ['reopen', 'crash', 'step', 'damage'],
    patience: patienceOf(time.step),
    place(seed): SnapshotStorePlace {
      const place = new SimPlace(time, seed)
      return {
        open: () => place.openSnapshots().then((store) => wrap(store, place)),
        crash: (keep) => place.crash(keep),
        step: place.step,
        damage: (part) => place.damage(part),
      }
    },
  }
}

/** The snapshot store in memory. */
export function memorySnapshots(): SnapshotStoreSubject {
  return {
    can: [],
    patience: patienceOf(() => false),
    place: () => ({ open: () => Promise.resolve(new MemorySnapshotStore()) }),
  }
}
