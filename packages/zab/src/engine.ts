import {
  type Engine,
  type Input,
  type Instant,
  type Observation,
  Outbox,
  type Output,
  clonePlain,
  endPersist,
  lastIndex,
  shedLog,
  takeToken,
  unreachable,
} from '@quorate/core'
import { giveUpUsedUpCounter } from './broadcast/counter.ts'
import { onPropose, reject } from './broadcast/propose.ts'
import { becomeLooking } from './election/become-looking.ts'
import { onFinalizeTimeout, onNotificationTimeout } from './election/election-timers.ts'
import { failHandover } from './handover/answer-transfer.ts'
import { onTransfer } from './handover/hand-over.ts'
import { onSnapshotBuilt } from './history/compact.ts'
import { onFetched } from './history/on-fetched.ts'
import { onPeerDown, onPeerUp } from './links.ts'
import { onDiskProgress, onTick, setTick } from './liveness/on-tick.ts'
import type { ZabMessage } from './message.ts'
import type { Zab } from './node.ts'
import { observe } from './observe.ts'
import type { ZabSettings } from './options.ts'
import { receive } from './receive.ts'
import { onReconfigure } from './reconfiguration/reconfigure.ts'
import { onRead } from './requests/read.ts'
import type { ZabState } from './state.ts'
import { mendAdoption } from './synchronization/on-new-leader.ts'
import { onSnapshotFailed } from './synchronization/on-snapshot-failed.ts'
import { onSnapshotReceived } from './synchronization/on-sync-message.ts'
import { ignore, trace } from './trace.ts'
import { advance, endTurn } from './turn.ts'

/** Zab behind core's engine seam: routes inputs to the handlers, and ends turns. */
export class ZabEngine implements Engine<ZabMessage> {
  private readonly zab: Zab

  /** Goes on from `state`, which it takes over. */
  constructor(options: ZabSettings, state: ZabState) {
    this.zab = { options, state, out: new Outbox() }
  }

  /** The first step of all: sets the timers and looks for a leader. */
  start(): this {
    setTick(this.zab)
    becomeLooking(this.zab, 'started')
    advance(this.zab)
    return this
  }

  step(input: Input<ZabMessage>, at: Instant): void {
    const { zab } = this
    if (zab.state.failed) return this.refuse(input)
    if (zab.options.unsafe.counterOf32Bits) giveUpUsedUpCounter(zab, input)
    if (input.type === 'propose') return onPropose(zab, input.request, input.data, at.wall)
    if (input.type === 'read') return onRead(zab, input.request.sequence, input.mode)
    if (input.type === 'reconfigure') {
      return onReconfigure(zab, input.request.sequence, input.membership, at.wall)
    }
    if (input.type === 'transfer') return onTransfer(zab, input.request.sequence, input.to)
    this.stepProtocol(input, at)
    advance(zab)
  }

  private stepProtocol(input: ProtocolInput, at: Instant): void {
    const { zab } = this
    switch (input.type) {
      case 'receive':
        return receive(zab, input.from, input.message, at.wall)
      case 'peerUp':
        return onPeerUp(zab, input.peer)
      case 'peerDown':
        return onPeerDown(zab, input.peer)
      case 'timeout':
        return this.onTimeout(input.timer)
      case 'persisted':
        return this.onPersisted(input.token.sequence)
      case 'persistFailed':
        return this.onPersistFailed(input.cause)
      case 'snapshotBuilt':
        return onSnapshotBuilt(zab, input.meta)
      case 'snapshotReceived':
        if (input.message.type === 'SNAP')
          return onSnapshotReceived(zab, input.from, input.message, input.meta)
        return ignore(zab, input.from, input.message, 'not-asked-for')
      case 'snapshotFailed':
        return onSnapshotFailed(zab, input.to)
      case 'snapshotSent': // the learner's RECEIVED says more
      case 'applied': // nothing waits for it
        return
      case 'fetched':
        return onFetched(zab, input)
      default:
        return unreachable(input, 'input')
    }
  }

  take(): Output<ZabMessage> {
    const { zab } = this
    const { state, out, options } = zab
    if (!state.failed) endTurn(zab)
    const token = takeToken(state.durability, state.currentEpoch, out.hasPersist, lastIndex(state.log))
    shedLog(state.log, Math.min(state.applied, state.durability.durableIndex), options)
    return out.take(token)
  }

  observe(): Observation {
    return observe(this.zab.state)
  }

  capture(): ZabState {
    return clonePlain(this.zab.state)
  }

  private onTimeout(timer: string): void {
    const { zab } = this
    const { election } = zab.state
    if (timer === 'tick') onTick(zab)
    else if (election !== undefined && timer === 'finalize') onFinalizeTimeout(zab, election)
    else if (election !== undefined && timer === 'notification') onNotificationTimeout(zab, election)
  }

  private onPersisted(sequence: number): void {
    const { zab } = this
    endPersist(zab.state.durability, sequence)
    onDiskProgress(zab)
    if (zab.state.following !== undefined) mendAdoption(zab, zab.state.following)
  }

  /** What is on disk is not known any more: this replica takes no part in anything until it is started again. */
  private onPersistFailed(cause: string): void {
    const { zab } = this
    trace(zab, 'disk-failed', 'not in the paper', { cause })
    zab.state.failed = true
    failHandover(zab, 'stopping', 'disk-failed')
    becomeLooking(zab, 'disk-failed')
    zab.out.cancelTimer('tick')
    zab.out.cancelTimer('notification')
  }

  private refuse(input: Input<ZabMessage>): void {
    if ('request' in input) reject(this.zab, input.request.sequence, 'stopping')
  }
}

type ProtocolInput = Exclude<
  Input<ZabMessage>,
  { readonly type: 'propose' | 'read' | 'reconfigure' | 'transfer' }
>
