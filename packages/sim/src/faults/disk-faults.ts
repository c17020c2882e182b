import type { SimDisk } from '../disk/sim-disk.ts'
import type { Random } from '../random/random.ts'
import type { DiskAction } from './fault-action.ts'

/** What came of a disk's fault. `ordered`: it happens with the next operation that it is about, if there is one. */
export type DiskFaultResult = 'happened' | 'ordered' | 'nothing' | 'forbidden'

/** Lets a disk fail or harm its data; the latter only if that is allowed. */
export function carryOutDisk(
  action: DiskAction,
  disk: SimDisk,
  random: Random,
  mayHarm: boolean,
): DiskFaultResult {
  switch (action.kind) {
    case 'disk-stall':
      disk.stall(action.duration)
      return 'happened'
    case 'disk-slow':
      disk.trouble.slow(action.duration, action.factor)
      return 'happened'
    case 'disk-full':
      disk.trouble.fill(action.duration)
      return 'ordered'
    case 'disk-error':
      disk.failNext('sync', action.forgets)
      return 'ordered'
    case 'write-error':
      disk.failNext('write')
      return 'ordered'
    case 'read-error':
      disk.failNext('read')
      return 'ordered'
    case 'lost-sync':
      if (!mayHarm) return 'forbidden'
      disk.trouble.lie(action.duration)
      return 'ordered'
    case 'misdirected-write':
      if (!mayHarm) return 'forbidden'
      disk.trouble.misdirectNext(action.file)
      return 'ordered'
    case 'bit-rot':
      if (!mayHarm) return 'forbidden'
      return disk.rot(random, action.area) ? 'happened' : 'nothing'
  }
}
