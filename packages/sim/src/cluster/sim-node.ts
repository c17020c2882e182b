import type { NodeId } from '@quorate/core'
import type { SimDisk } from '../disk/sim-disk.ts'
import type { StoredLog } from '../invariants/stored-log.ts'
import type { Random } from '../random/random.ts'
import type { SimClock } from '../time/sim-clock.ts'
import type { SimProcess } from './sim-process.ts'

/** A machine of the cluster: what outlives its processes. */
export interface SimNode {
  readonly id: NodeId
  readonly disk: SimDisk
  readonly clock: SimClock
  /** What its log store was told, over all lives of its process. */
  readonly storedLog: StoredLog
  /** For timers. */
  readonly random: Random
  /** Undefined while it is down. */
  process: SimProcess | undefined
}
