import type { NodeId } from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import { findLearner } from '../liveness/learners.ts'
import type { Zab } from '../node.ts'

/** A snapshot did not arrive. The learner comes back on a new session and is given another. */
export function onSnapshotFailed(zab: Zab, to: NodeId): void {
  const serving = zab.state.leadership ?? zab.state.following?.relay
  if (serving === undefined || findLearner(serving, to)?.phase !== 'SNAP') return
  zab.out.resetLink(to)
  dropLearner(zab, serving, to, 'snapshot-failed')
}
