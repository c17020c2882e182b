import { becomeLooking } from '../election/become-looking.ts'
import { settleHandover } from '../handover/answer-transfer.ts'
import { saveEpochs } from '../history/history.ts'
import type { UpToDate } from '../message.ts'
import type { Zab } from '../node.ts'
import { openRelay } from '../relay/create-relay.ts'
import type { Following } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/**
 * Learner may serve. Zab (DSN 2011), step f.2.2 (COMMIT-LD): the initial history is committed. ZooKeeper acknowledges
 * UPTODATE too, and its leader ignores that; here it is left out.
 */
export function onUpToDate(zab: Zab, following: Following, message: UpToDate): void {
  const { state } = zab
  if (following.phase !== 'ADOPTED' || following.torn !== undefined) {
    return ignore(zab, following.leader, message, 'wrong-phase')
  }
  if (message.commit > following.end) return becomeLooking(zab, 'commit-not-held')
  following.phase = 'BROADCAST'
  state.shunned = []
  openRelay(zab, following)
  state.commitIndex = Math.max(state.commitIndex, message.commit)
  if (zab.options.unsafe.adoptEpochOnUpToDate) saveEpochs(zab)
  trace(zab, 'FollowerProcessUPTODATE', 'Zab1.0, phase 2; Zab (DSN 2011), step f.2.2', {
    leader: following.leader,
    commit: message.commit,
  })
  settleHandover(zab, following.leader)
}
