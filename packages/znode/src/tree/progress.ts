import type { ApplyContext } from '@quorate/core'
import { zeroZxid, type Zxid } from '../api/zxid.ts'

/**
 * Where the tree is in the log, in terms that all engines share. Epoch and time of an entry may be below those of the
 * one before it (another leader proposed it earlier, or has a slow clock): the running maximum of each is what counts.
 */
export class Progress {
  /** Of the last command. */
  zxid: Zxid = zeroZxid
  /** Milliseconds since 1970, whole. */
  time = 0

  /** Goes on by one command. */
  advance(at: ApplyContext): Zxid {
    const { epoch, counter } = this.zxid
    this.zxid = at.epoch > epoch ? { epoch: at.epoch, counter: 1 } : { epoch, counter: counter + 1 }
    if (at.time > this.time) this.time = Math.floor(at.time)
    return this.zxid
  }
}
