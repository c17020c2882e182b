import type { LogStore } from '@quorate/core'
import { MemoryLogStore } from '@quorate/replica'
import { Random } from '@quorate/sim'
import { type LogStorePlace, type LogStoreSubject, patienceOf } from '../../src/index.ts'
import { Queue } from './queue.ts'
import { SimPlace, SimTime } from './sim-place.ts'

/** What a wrapper can do to a store that is opened, in that life of that place. */
export type WrapLog = (store: LogStore, place: SimPlace, random: Random) => LogStore

/** The log store of production over a simulated disk, as it is or wrapped. */
export function simLogs(wrap: WrapLog = (store) => store): LogStoreSubject {
  const time = new SimTime()
  return {
    can: ['reopen', 'crash', 'step', 'fail', 'damage'],
    patience: patienceOf(time.step),
    place(seed): LogStorePlace {
      const place = new SimPlace(time, seed)
      const random = new Random(seed)
      return {
        open: () => place.openLog().then((store) => wrap(store, place, random)),
        crash: (keep) => place.crash(keep),
        step: place.step,
        failNext: () => place.failNext(),
        damage: (part) => place.damage(part),
      }
    },
  }
}

/** The log store in memory. */
export function memoryLogs(): LogStoreSubject {
  const queue = new Queue()
  return {
    can: [],
    patience: patienceOf(queue.step),
    place: () => ({ open: () => Promise.resolve(new MemoryLogStore(queue.defer)) }),
  }
}
