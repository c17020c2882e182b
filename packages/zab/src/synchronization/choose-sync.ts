import {
  type Epoch,
  type LogIndex,
  type TieredLog,
  epochInLog,
  lastIndex,
  lastIndexOfEpoch,
} from '@quorate/core'

/** How a learner is brought to its leader's history. */
export type SyncChoice =
  | { readonly mode: 'DIFF' | 'TRUNC'; readonly index: LogIndex; readonly indexEpoch: Epoch }
  | { readonly mode: 'SNAP' }

/**
 * Chooses between DIFF, TRUNC and SNAP. ZooKeeper, LearnerHandler.syncFollower, whose cases on zxids become one on
 * histories: find the last entry that both have. Entries of one epoch are equal up to where the shorter run of them
 * ends, because both got them from one primary in its order; so the runs that the learner told are enough, also across
 * epochs, where ZooKeeper has to send a SNAP.
 */
export function chooseSync(log: TieredLog, last: LogIndex, runs: readonly number[]): SyncChoice {
  for (let i = 0; i < runs.length; i += 2) {
    const epoch = runs[i]!
    const ours = lastOfEpoch(log, epoch)
    if (ours !== undefined) return at(log, Math.min(ours, runs[i + 1]!), last)
  }
  return at(log, 0, last)
}

function at(log: TieredLog, index: LogIndex, last: LogIndex): SyncChoice {
  const indexEpoch = epochInLog(log, index)
  if (indexEpoch === undefined) return { mode: 'SNAP' } // no longer held, not even on disk
  return { mode: index === last ? 'DIFF' : 'TRUNC', index, indexEpoch }
}

/** The last index of the run of `epoch`; undefined if the log has none, or has forgotten it. */
function lastOfEpoch(log: TieredLog, epoch: Epoch): LogIndex | undefined {
  const index = lastIndexOfEpoch(log, lastIndex(log), epoch)
  return epochInLog(log, index) === epoch ? index : undefined
}
