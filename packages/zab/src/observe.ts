import { type NodeId, type Observation, type Role, isVoter, lastIndex } from '@quorate/core'
import type { ZabState } from './state.ts'

/** Who leads currentEpoch, as far as is known: the leader whose history this replica has adopted. */
export function knownLeader(state: ZabState): NodeId | undefined {
  const { leadership, following } = state
  if (leadership !== undefined) return leadership.phase === 'DISCOVERY' ? undefined : state.self
  const adopted = following?.phase === 'ADOPTED' || following?.phase === 'BROADCAST'
  return adopted ? following.elected : undefined
}

/**
 * The uniform view. `epoch` is currentEpoch: the epoch whose leader's history this replica adopted last, its own for
 * an established leader; so no two established leaders share one.
 */
export function observe(state: ZabState): Observation {
  const { leadership, log } = state
  return {
    node: state.self,
    role: roleOf(state),
    phase: phaseOf(state),
    epoch: state.currentEpoch,
    leader: knownLeader(state),
    established: leadership?.phase === 'BROADCAST',
    commitIndex: state.commitIndex,
    lastIndex: lastIndex(log),
    durableIndex: state.durability.durableIndex,
    firstIndex: log.base + 1,
    membership: state.membership,
  }
}

function roleOf(state: ZabState): Role {
  if (state.state === 'LEADING') return 'leader' // though it may be on its way out
  if (!isVoter(state.membership, state.self)) return 'observer'
  if (state.state === 'LOOKING') return 'candidate'
  return 'follower'
}

/** ZooKeeper's QuorumPeer.ZabState, with LOOKING for its ELECTION. */
function phaseOf({ leadership, following }: ZabState): string {
  if (leadership !== undefined) return leadership.phase
  if (following === undefined) return 'LOOKING'
  switch (following.phase) {
    case 'DISCOVERY':
    case 'PROMISED':
      return 'DISCOVERY'
    case 'SYNCHRONIZATION':
    case 'ADOPTED':
      return 'SYNCHRONIZATION'
    case 'BROADCAST':
      return 'BROADCAST'
  }
}
