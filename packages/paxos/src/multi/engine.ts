import {
  clonePlain,
  type Engine,
  endPersist,
  type Input,
  type Instant,
  type Observation,
  Outbox,
  type Output,
  type RequestId,
  type Role,
  unreachable,
} from '@quorate/core'
import { startLease } from './acceptor/lease.ts'
import { becomeFollower } from './become.ts'
import { lastSlot } from './disk/slot-log.ts'
import { armElection, electionTimer } from './election-timer.ts'
import { onElectionTimeout } from './leader/campaign.ts'
import { onHeartbeatTimeout } from './leader/check-quorum.ts'
import { isEstablished } from './leader/leadership.ts'
import { countOwnPromise } from './leader/on-promise.ts'
import { onSnapshotBuilt, onSnapshotReceived, onTransferEnded } from './learner/snapshots.ts'
import { onLinkChange } from './links.ts'
import type { PaxosMessage } from './messages.ts'
import { ignore, isPromotable, membershipInForce, type PaxosNode, trace } from './node.ts'
import type { PaxosConfig } from './options.ts'
import { onReceive } from './receive.ts'
import { onReconfigure, settleChange } from './reconfigure.ts'
import { reject } from './requests/answers.ts'
import { onPropose } from './requests/propose.ts'
import { onRead } from './requests/reads.ts'
import type { PaxosState } from './state.ts'
import { takeTurn } from './take.ts'

/** Multi-Paxos at one replica: a state, and the steps that change it. */
export class PaxosEngine implements Engine<PaxosMessage> {
  private readonly node: PaxosNode

  constructor(config: PaxosConfig, state: PaxosState) {
    this.node = { config, state, outbox: new Outbox(), wall: 0, monotonic: 0 }
  }

  /** Sets the first timer of a replica that has just started. */
  start(): void {
    const { promised, commit, log } = this.node.state
    trace(this.node, 'Restart', 'PMMC 4.1', { promised, commit, lastSlot: lastSlot(log) })
    armElection(this.node)
  }

  step(input: Input<PaxosMessage>, at: Instant): void {
    const { node } = this
    node.wall = at.wall
    node.monotonic = at.monotonic
    if (node.state.failed) return this.stepFailed(input)
    startLease(node)
    switch (input.type) {
      case 'receive':
        return onReceive(node, input.from, input.message)
      case 'propose':
        return onPropose(node, input)
      case 'persisted':
        return this.onPersisted(input.token.sequence)
      case 'read':
        return onRead(node, input)
      case 'timeout':
        return input.timer === electionTimer ? onElectionTimeout(node) : onHeartbeatTimeout(node)
      case 'peerUp':
      case 'peerDown':
        return onLinkChange(node, input.peer, input.type === 'peerUp')
      case 'snapshotReceived':
        return onSnapshotReceived(node, input.from, input.message, input.meta)
      case 'snapshotBuilt':
        return onSnapshotBuilt(node, input.meta)
      case 'snapshotSent':
        return onTransferEnded(node, input.to, 'sent')
      case 'snapshotFailed':
        return onTransferEnded(node, input.to, input.cause)
      case 'reconfigure':
        return onReconfigure(node, input)
      case 'transfer':
        return reject(node, input.request.sequence, 'not-supported')
      case 'persistFailed':
        return this.onPersistFailed(input.cause)
      case 'applied':
      case 'fetched':
        return
      default:
        unreachable(input, 'input of an engine')
    }
  }

  take(): Output<PaxosMessage> {
    return takeTurn(this.node)
  }

  observe(): Observation {
    const { state } = this.node
    const { log, durability, commit } = state
    return {
      node: state.self,
      role: roleOf(state),
      phase: phaseOf(this.node),
      epoch: state.promised.round,
      leader: state.leader,
      established: isEstablished(this.node),
      commitIndex: commit,
      lastIndex: Math.max(lastSlot(log), commit),
      durableIndex: Math.min(durability.durableIndex, commit),
      firstIndex: log.base + 1,
      membership: membershipInForce(state),
    }
  }

  capture(): PaxosState {
    return clonePlain(this.node.state)
  }

  private onPersisted(sequence: number): void {
    const { state } = this.node
    endPersist(state.durability, sequence)
    endPersist(state.acceptance, sequence)
    if (state.leadership === undefined) return countOwnPromise(this.node)
    state.leadership.acknowledged = true
    settleChange(this.node, state.leadership)
  }

  /** The disk has refused a write: what waits for it never leaves, and nothing more is promised. The host stops the replica. */
  private onPersistFailed(cause: string): void {
    const { node } = this
    trace(node, 'DiskFailed', 'none', { cause })
    if (node.state.role !== 'follower' || node.state.leader !== undefined) {
      becomeFollower(node, undefined, 'disk-failed')
    }
    node.outbox.cancelTimer(electionTimer)
    node.state.failed = true
  }

  private stepFailed(input: Input<PaxosMessage>): void {
    if (isRequest(input)) reject(this.node, input.request.sequence, 'stopping')
    else ignore(this.node, input.type, 'disk-failed')
  }
}

function roleOf(state: PaxosState): Role {
  if (state.role === 'follower' && !isPromotable(state)) return 'observer'
  return state.role
}

/** In the words of Paxos: which phase a proposer is in. */
function phaseOf(node: PaxosNode): string {
  const { role } = node.state
  if (role === 'candidate') return 'phase 1'
  if (role === 'leader') return isEstablished(node) ? 'phase 2' : 'learning'
  return roleOf(node.state)
}

function isRequest(
  input: Input<PaxosMessage>,
): input is Input<PaxosMessage> & { readonly request: RequestId } {
  return 'request' in input
}
