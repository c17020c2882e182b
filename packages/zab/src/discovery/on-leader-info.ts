import { lastEpoch, lastIndex } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import { epochRuns, lastZxid, saveEpochs } from '../history/history.ts'
import type { LeaderInfo } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/** Runs of epochs told in one ACKEPOCH. A replica with more of them above its commit gets a SNAP at worst. */
const maxRuns = 1000

/** Learner handles the new epoch. Zab (DSN 2011), step f.1.2; ZooKeeper, Learner.registerWithLeader. */
export function onLeaderInfo(zab: Zab, following: Following, message: LeaderInfo): void {
  const { state, out } = zab
  const { leader, connection } = following
  const { epoch } = message
  if (following.phase !== 'DISCOVERY') return ignore(zab, leader, message, 'wrong-phase')
  if (epoch < state.acceptedEpoch) return becomeLooking(zab, 'epoch-below-promise')
  state.state = message.voter ? 'FOLLOWING' : 'OBSERVING'
  // A promise given before, maybe to another prospective leader of the same epoch, must not be given twice. Nobody
  // counts on an observer's: it gives none, and so is never bound to an epoch that came to nothing.
  const counts = epoch > state.acceptedEpoch && state.state === 'FOLLOWING'
  if (counts) {
    state.acceptedEpoch = epoch
    saveEpochs(zab)
  } else trace(zab, 'promise-repeated', 'not in the paper', { leader, epoch })
  following.epoch = epoch
  following.elected = message.leader
  following.phase = 'PROMISED'
  const last = lastZxid(zab)
  out.sendWhenDurable(leader, {
    type: 'ACKEPOCH',
    connection,
    epoch,
    counts,
    currentEpoch: state.currentEpoch,
    lastEpoch: last.epoch,
    lastIndex: last.index,
    runs: epochRuns(state, state.commitIndex, last.index, maxRuns),
  })
  trace(zab, 'FollowerProcessLEADERINFO', 'Zab1.0, phase 1; Zab (DSN 2011), step f.1.2', {
    leader,
    epoch,
    counts,
    lastEpoch: lastEpoch(state.log),
    lastIndex: lastIndex(state.log),
  })
}
