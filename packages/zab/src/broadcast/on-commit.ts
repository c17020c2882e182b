import { becomeLooking } from '../election/become-looking.ts'
import type { Commit } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following } from '../state.ts'
import { ignore } from '../trace.ts'

/**
 * Follower learns what is committed. Zab (DSN 2011), step f.3.2. A COMMIT between NEWLEADER and UPTODATE, on which
 * ZooKeeper once fell over (ZOOKEEPER-4394), is covered by the commit that UPTODATE brings.
 */
export function onCommit(zab: Zab, following: Following, message: Commit): void {
  const { state, out, options } = zab
  if (options.unsafe.commitBeforeUpToDate && following.phase === 'ADOPTED') {
    return becomeLooking(zab, 'commit-not-held')
  }
  if (following.phase !== 'BROADCAST') return ignore(zab, following.leader, message, 'wrong-phase')
  if (message.index <= state.commitIndex) return ignore(zab, following.leader, message, 'already-known')
  if (message.index > following.end) {
    out.resetLink(following.leader)
    return becomeLooking(zab, 'commit-not-held')
  }
  state.commitIndex = message.index
}
