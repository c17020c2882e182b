import { assert } from '@quorate/core'

/**
 * When a command is committed after it was proposed, if a leader writes it to its disk while it sends it to the others:
 * as soon as a quorum has it on disk and the leader knows. `syncs`: how long each voter's takes, the leader's first.
 * `roundTrip` and the result are in the same unit.
 */
export function commitTime(roundTrip: number, syncs: readonly number[], quorum: number): number {
  const known = syncs.map((sync, i) => (i === 0 ? sync : roundTrip + sync)).sort((a, b) => a - b)
  const time = known[quorum - 1]
  assert(time !== undefined, 'a quorum is no larger than all', { quorum, voters: syncs.length })
  return time
}
