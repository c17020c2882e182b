import type { Disk } from '@quorate/core'
import { type DiskPlace, type DiskSubject, patienceOf } from '../../src/index.ts'
import { SimPlace, SimTime } from './sim-place.ts'

/** The simulated disk, as it is or wrapped. */
export function simDisks(wrap: (disk: Disk) => Disk = (disk) => disk): DiskSubject {
  const time = new SimTime()
  return {
    can: ['crash'],
    patience: patienceOf(time.step),
    place(seed): DiskPlace {
      const place = new SimPlace(time, seed)
      return { open: () => wrap(place.openDisk()), crash: (keep) => place.crash(keep) }
    },
  }
}
