import {
  clonePlain,
  type Engine,
  endPersist,
  type Input,
  type Instant,
  isMember,
  isVoter,
  lastIndex,
  type Observation,
  Outbox,
  type Output,
  type RequestId,
  unreachable,
} from '@quorate/core'
import { becomeFollower } from './become.ts'
import { countOwnVote, onElectionTimeout } from './campaign.ts'
import { onHeartbeatTimeout } from './check-quorum.ts'
import { armElection, electionTimer } from './election-timer.ts'
import { onFetched } from './fetch.ts'
import { onSnapshotReceived } from './install-snapshot.ts'
import { startLease } from './lease.ts'
import { onLinkChange } from './links.ts'
import type { RaftMessage } from './messages.ts'
import { ignore, lacksCommands, membershipOf, type RaftNode, trace } from './node.ts'
import type { RaftConfig } from './options.ts'
import { onPropose } from './propose.ts'
import { onRead } from './reads.ts'
import { onReceive } from './receive.ts'
import { onReconfigure } from './reconfigure.ts'
import { reject } from './requests.ts'
import { onSnapshotBuilt, onSnapshotFailed, onSnapshotSent } from './snapshots.ts'
import type { RaftState } from './state.ts'
import { takeTurn } from './take.ts'
import { onTransfer } from './transfer.ts'
import { failTransfer } from './transfer-answer.ts'

/** Raft at one replica: a state, and the steps that change it. */
export class RaftEngine implements Engine<RaftMessage> {
  private readonly node: RaftNode

  constructor(config: RaftConfig, state: RaftState) {
    this.node = { config, state, outbox: new Outbox(), wall: 0, monotonic: 0 }
  }

  /** Sets the first timer of a replica that has just started. */
  start(): void {
    const { state } = this.node
    trace(this.node, 'Restart', 'Raft figure 2, state', {
      commit: state.commit,
      lastIndex: lastIndex(state.log),
    })
    armElection(this.node)
  }

  step(input: Input<RaftMessage>, at: Instant): void {
    const { node } = this
    node.wall = at.wall
    node.monotonic = at.monotonic
    startLease(node)
    if (node.state.failed) return this.stepFailed(input)
    switch (input.type) {
      case 'receive':
        return onReceive(node, input.from, input.message)
      case 'propose':
        return this.refuses(input) ? undefined : onPropose(node, input)
      case 'persisted':
        return this.onPersisted(input.token.sequence)
      case 'read':
        return this.refuses(input) ? undefined : onRead(node, input)
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
        return onSnapshotSent(node, input.to, input.meta)
      case 'snapshotFailed':
        return onSnapshotFailed(node, input.to, input.cause)
      case 'reconfigure':
        return onReconfigure(node, input)
      case 'transfer':
        return onTransfer(node, input)
      case 'persistFailed':
        return this.onPersistFailed(input.cause)
      case 'fetched':
        return onFetched(node, input)
      case 'applied':
        return
      default:
        unreachable(input, 'input of an engine')
    }
  }

  take(): Output<RaftMessage> {
    return takeTurn(this.node)
  }

  observe(): Observation {
    const { state } = this.node
    const isLeader = state.role === 'leader'
    const isObserver = state.role === 'follower' && !isVoter(membershipOf(state), state.self)
    return {
      node: state.self,
      role: isLeader
        ? 'leader'
        : isObserver
          ? 'observer'
          : state.role === 'follower'
            ? 'follower'
            : 'candidate',
      phase: isObserver ? 'observer' : state.role,
      epoch: state.term,
      leader: state.leader,
      established: isLeader,
      commitIndex: state.commit,
      lastIndex: lastIndex(state.log),
      durableIndex: state.durability.durableIndex,
      firstIndex: state.log.base + 1,
      membership: membershipOf(state),
    }
  }

  capture(): RaftState {
    return clonePlain(this.node.state)
  }

  private onPersisted(sequence: number): void {
    const { state } = this.node
    endPersist(state.durability, sequence)
    if (state.leadership !== undefined) state.leadership.acknowledged = true
    else countOwnVote(this.node)
  }

  /** The disk has refused a write: what waits for it never leaves, and nothing more is promised. The host stops the replica. */
  private onPersistFailed(cause: string): void {
    const { node } = this
    trace(node, 'DiskFailed', 'none', { cause })
    failTransfer(node, 'stopping', 'disk-failed')
    if (node.state.role !== 'follower' || node.state.leader !== undefined) {
      becomeFollower(node, node.state.term, undefined, 'disk-failed')
    }
    node.outbox.cancelTimer(electionTimer)
    node.state.failed = true
  }

  /**
   * Who has no machine that is up to date, or may never have one, serves no clients: a witness, and one who is no member.
   * What that one applied long ago may do.
   */
  private refuses(input: Extract<Input, { type: 'propose' | 'read' }>): boolean {
    const { state } = this.node
    if (state.leadership !== undefined) return false
    const isStranger = !isMember(membershipOf(state), state.self)
    const isOld = input.type === 'read' && input.mode === 'sequential'
    if (!lacksCommands(state) && (!isStranger || isOld)) return false
    reject(this.node, input.request.sequence, lacksCommands(state) ? 'witness' : 'not-member')
    return true
  }

  private stepFailed(input: Input<RaftMessage>): void {
    if (isRequest(input)) reject(this.node, input.request.sequence, 'stopping')
    else ignore(this.node, input.type, 'disk-failed')
  }
}

function isRequest(input: Input<RaftMessage>): input is Input<RaftMessage> & { readonly request: RequestId } {
  return 'request' in input
}
