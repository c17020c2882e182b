/**
 * ZooKeeper's transaction id, the same on every engine: the running maximum of the entries' epochs, and how many
 * entries this machine has applied within it. It grows with every command, also with one that is refused.
 *
 * Only commands reach a machine, so entries of the engine's own (a new leader's, a change of members) use no number.
 * That leaves nothing out that a client could see, and makes the counter a function of the commands alone; it is part
 * of the state, the snapshot and the digest.
 */
export interface Zxid {
  readonly epoch: number
  /** From 1 within an epoch. */
  readonly counter: number
}

/** Before the first command; also the zxids of the nodes that are there from the start. */
export const zeroZxid: Zxid = { epoch: 0, counter: 0 }

/** Negative if `a` is the earlier one. */
export function compareZxid(a: Zxid, b: Zxid): number {
  return a.epoch - b.epoch || a.counter - b.counter
}

/**
 * As ZooKeeper's tools print it: hexadecimal, the counter in the lower 32 bits. One that needs more, which no ZooKeeper
 * has, stands behind a point: run on, it would show a zxid of another epoch.
 */
export function formatZxid(zxid: Zxid): string {
  const counter = zxid.counter.toString(16)
  if (zxid.counter >= 2 ** 32) return `0x${zxid.epoch.toString(16)}.${counter}`
  return zxid.epoch === 0 ? `0x${counter}` : `0x${zxid.epoch.toString(16)}${counter.padStart(8, '0')}`
}
