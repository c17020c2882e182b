import { type MessageCodec, messageCodec } from '@quorate/codec'
import {
  type Engine,
  type Envelope,
  type Input,
  type Instant,
  type LogIndex,
  type Logger,
  type Membership,
  type Message,
  type NodeId,
  type Observation,
  type Output,
  type Persist,
  QuorateError,
  type ReadMode,
  type ReplicaCounters,
  type RequestId,
  type TimerHandle,
  assert,
  createCounters,
  encodeEntries,
  firstSequence,
  silentLogger,
  usableSnapshot,
} from '@quorate/core'
import { frameKind } from './frame-kind.ts'
import { type ChangeListener, MachineHost } from './machine-host.ts'
import { NamedTimers } from './named-timers.ts'
import { Outgoing } from './outgoing.ts'
import { type ReplicaLimits, type ReplicaOptions, defaultLimits } from './replica-options.ts'
import { Requests } from './requests/requests.ts'
import { usableMembership } from './requests/usable-membership.ts'
import type { Waiter } from './requests/waiter.ts'
import { Snapshots } from './snapshots/snapshots.ts'
import { WriteQueue } from './write-queue.ts'

/** A replica as its owner sees it. */
export interface ReplicaView extends Observation {
  /** The machine stands here. */
  readonly appliedIndex: LogIndex
  /** The machine's digest there. */
  readonly digest: number
}

/**
 * One engine, one machine, a log store, a snapshot store and a transport. The same class runs in production, in the
 * simulator and in a browser.
 *
 * It works in **turns**: whatever arrives is given to the engine at once, which only notes it; at the end of the turn
 * the engine's output is taken and carried out: one write, one frame for each peer, one run of applies.
 */
export class Replica {
  readonly counters: ReplicaCounters = createCounters()
  readonly requests: Requests
  private readonly options: ReplicaOptions
  private readonly limits: ReplicaLimits
  private readonly logger: Logger
  private readonly engine: Engine
  private readonly machine: MachineHost
  private readonly codec: MessageCodec<Message>
  private readonly outgoing: Outgoing<Message>
  private readonly writes: WriteQueue<Message>
  private readonly timers: NamedTimers
  private readonly snapshots: Snapshots
  private turnScheduled = false
  private requestWatch: TimerHandle | undefined
  private instant: Instant | undefined
  private lastState: Observation | undefined
  private state: 'created' | 'running' | 'stopped' = 'created'

  /** Restores the machine and the engine from the stores. Nothing happens before `start`. */
  constructor(options: ReplicaOptions) {
    this.options = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.logger = options.logger ?? silentLogger
    const { logStore, snapshotStore, environment, engine, transport } = options
    const { image } = logStore
    this.machine = new MachineHost(options.machine, options.membership)
    const snapshot = usableSnapshot(image, snapshotStore.list, engine.acceptance)
    if (snapshot !== undefined) this.machine.restore(snapshot, snapshotStore.load(snapshot))
    this.checkBase(image.base?.index ?? 0)
    this.engine = engine.create({ self: options.self, membership: options.membership, image, snapshot })
    this.codec = options.codec ?? messageCodec(engine.shapes)
    this.outgoing = new Outgoing(transport, this.codec, this.counters)
    this.timers = new NamedTimers(environment, (timer) => this.input({ type: 'timeout', timer }))
    this.writes = new WriteQueue(logStore, {
      durable: (persist, held) => this.onDurable(persist, held),
      failed: (persist, error) => this.onWriteFailed(persist, error),
    })
    const first = firstSequence(image.incarnation)
    this.requests = new Requests(first, this.machine, this.limits.requestTimeout)
    this.snapshots = this.createSnapshots(first)
  }

  /** Connects, and takes the first turn. Called once. */
  start(): void {
    assert(this.state === 'created', 'a replica is started once', { state: this.state })
    this.state = 'running'
    this.options.transport.start({
      peerUp: (peer) => this.input({ type: 'peerUp', peer }),
      peerDown: (peer) => {
        this.snapshots.peerDown(peer)
        this.input({ type: 'peerDown', peer })
      },
      frame: (peer, bytes) => this.onFrame(peer, bytes),
    })
    this.watchRequests()
    this.scheduleTurn()
  }

  /** Puts an encoded command in the log. The bytes are taken over. The result comes once it is applied here. */
  propose(command: Uint8Array, waiter: Waiter<unknown>): void {
    if (command.length > this.limits.commandBytes) {
      const problem = `a command of ${command.length} bytes; the limit is ${this.limits.commandBytes}`
      return waiter.failed(new QuorateError('USAGE', problem, { outcome: 'definitely-not' }))
    }
    if (!this.admit(waiter)) return
    const sequence = this.requests.add('proposal', undefined, waiter, this.now().monotonic)
    this.counters.proposals += 1
    this.input({ type: 'propose', request: { replica: this.options.self, sequence }, data: command })
  }

  /** Asks the machine, as fresh as `mode` says. */
  read(query: unknown, mode: ReadMode, waiter: Waiter<unknown>): void {
    if (!this.admit(waiter)) return
    if (mode === 'lease') this.instant = undefined // a lease that ran out since the turn began is over
    const sequence = this.requests.add('read', query, waiter, this.now().monotonic)
    this.counters.reads += 1
    this.input({ type: 'read', request: { replica: this.options.self, sequence }, mode })
  }

  /**
   * Asks for another membership; answered when it is in force and a quorum of it holds the log. `NOT_LEADER` says who
   * leads: only a leader takes it.
   * `USAGE`: its quorums do not meet as the engine needs. `CHANGE_PENDING`: one change at a time. `NOT_SUPPORTED`: the
   * engine cannot change members. After `LEADERSHIP_LOST` and `TIMEOUT` look at `observe().membership`.
   *
   * Nothing here tells addresses: the transports of all replicas must know everybody who may ever be a member. Whoever
   * leaves must run until then; its owner stops it.
   */
  reconfigure(membership: Membership, waiter: Waiter<unknown>): void {
    const usable = usableMembership(membership)
    if (usable instanceof QuorateError) return waiter.failed(usable)
    if (!this.admit(waiter)) return
    const request = this.ask(waiter)
    this.input({ type: 'reconfigure', request, membership: usable })
  }

  /**
   * Asks the leader, which this must be, to hand over to `to`; answered when that one leads. `NOT_LEADER` says who leads.
   * `USAGE`: it leads already, or is no voter that could. `TIMEOUT`: it did not take over within an election timeout.
   * `NOT_SUPPORTED`: the engine cannot. Proposals are turned down meanwhile, and may be made again.
   */
  transfer(to: NodeId, waiter: Waiter<unknown>): void {
    if (!this.admit(waiter)) return
    const request = this.ask(waiter)
    this.input({ type: 'transfer', request, to })
  }

  observe(): ReplicaView {
    const { appliedIndex, machine } = this.machine
    return { ...this.engine.observe(), appliedIndex, digest: machine.digest() }
  }

  /** Calls `listener` with each change of the machine as it is made; gives the way to end it. */
  onChange(listener: ChangeListener): () => void {
    return this.machine.listen(listener)
  }

  /** Answers all requests with `STOPPED`, lets go of links and files. */
  async stop(): Promise<void> {
    this.halt(new QuorateError('STOPPED', 'the replica was stopped', { outcome: 'unknown' }))
    await this.options.transport.close()
    await this.options.logStore.close()
    await this.options.snapshotStore.close()
  }

  private admit(waiter: Waiter<unknown>): boolean {
    if (this.state !== 'running') {
      waiter.failed(new QuorateError('STOPPED', 'the replica is not running', { outcome: 'definitely-not' }))
      return false
    }
    if (this.requests.size < this.limits.requests) return true
    const problem = `${this.requests.size} requests are under way; try again later`
    this.counters.rejected += 1
    waiter.failed(new QuorateError('OVERLOADED', problem, { retryable: true, outcome: 'definitely-not' }))
    return false
  }

  /** Enters a request that ends with `done`. */
  private ask(waiter: Waiter<unknown>): RequestId {
    const sequence = this.requests.add('other', undefined, waiter, this.now().monotonic)
    return { replica: this.options.self, sequence }
  }

  private now(): Instant {
    return (this.instant ??= this.options.environment.now())
  }

  private input(input: Input): void {
    if (this.state !== 'running') return
    try {
      this.step(input)
    } catch (error) {
      this.fatal(error as Error)
    }
  }

  /** Gives the engine something that happened; what it makes of it is taken at the end of the turn. */
  private step(input: Input): void {
    this.engine.step(input, this.now())
    this.scheduleTurn()
  }

  private scheduleTurn(): void {
    if (this.turnScheduled) return
    this.turnScheduled = true
    this.options.environment.endOfTurn(this.turn)
  }

  private readonly turn = (): void => {
    this.turnScheduled = false
    if (this.state !== 'running') return
    try {
      this.counters.turns += 1
      this.carryOut(this.engine.take())
      this.instant = undefined
      this.tellState()
    } catch (error) {
      this.fatal(error as Error)
    }
  }

  private tellState(): void {
    const { onState } = this.options
    if (onState === undefined || this.state !== 'running') return
    const now = this.engine.observe()
    const before = this.lastState
    const same =
      before !== undefined &&
      before.role === now.role &&
      before.epoch === now.epoch &&
      before.leader === now.leader &&
      before.established === now.established
    this.lastState = now
    if (!same) onState(now)
  }

  /** Carries out an output in the order that `core/engine/output` states. */
  private carryOut(output: Output): void {
    const { persist } = output
    if (persist !== undefined) encodePersisted(persist)
    for (const envelope of output.send) this.dispatch(envelope)
    this.outgoing.flush()
    if (persist !== undefined) this.writes.add(persist)
    for (const { token, envelopes } of output.sendAfter) {
      if (!this.writes.hold(token.sequence, envelopes)) this.dispatchAll(envelopes)
    }
    for (const order of output.snapshots) this.snapshots.carryOut(order)
    if (output.snapshots.length > 0) this.requests.advance()
    this.applyAll(output)
    for (const reply of output.replies) this.requests.onReply(reply)
    // Somebody who was answered may have stopped this replica.
    if (this.state !== 'running') return
    for (const change of output.timers) this.timers.change(change)
    for (const peer of output.resets) this.options.transport.reset(peer)
    if (output.fetch !== undefined) this.fetch(output.fetch.from, output.fetch.to)
    if (this.options.onTrace !== undefined) output.events.forEach(this.options.onTrace)
    this.outgoing.flush()
  }

  private applyAll({ apply }: Output): void {
    if (apply.length === 0 || this.state !== 'running') return
    const { self } = this.options
    for (const entry of apply) {
      const result = this.machine.apply(entry)
      if (entry.kind === 'command') this.counters.applied += 1
      else if (entry.kind === 'blank') this.requests.loseReads()
      if (entry.request !== undefined && entry.request.replica === self) this.requests.applied(entry, result)
    }
    this.requests.advance()
    if (this.state !== 'running') return
    this.engine.step({ type: 'applied', index: this.machine.appliedIndex }, this.now())
    this.snapshots.afterApply()
  }

  private dispatch(envelope: Envelope<Message>): void {
    const { self } = this.options
    if (envelope.to !== self) this.outgoing.add(envelope)
    else this.step({ type: 'receive', from: self, message: envelope.message })
  }

  private dispatchAll(envelopes: readonly Envelope<Message>[]): void {
    for (const envelope of envelopes) this.dispatch(envelope)
  }

  /** What was held leaves at the end of the turn, in the one frame for each peer, before what the turn itself sends. */
  private onDurable(persist: Persist, held: readonly Envelope<Message>[]): void {
    if (this.state !== 'running') return
    try {
      this.dispatchAll(held)
      this.step({ type: 'persisted', token: persist.token })
      this.snapshots.afterDurable()
    } catch (error) {
      this.fatal(error as Error)
    }
  }

  private onWriteFailed(persist: Persist, error: Error): void {
    this.input({ type: 'persistFailed', token: persist.token, cause: error.message })
    this.fatal(error)
  }

  private onFrame(peer: NodeId, bytes: Uint8Array): void {
    if (this.state !== 'running') return
    // It may have been sent since the turn began, and a lease must not be given from before it was asked for.
    this.instant = undefined
    try {
      if (bytes[0] === frameKind.snapshot) return this.snapshots.onFrame(peer, bytes)
      if (bytes[0] !== frameKind.messages) throw new QuorateError('DECODE', `a frame of kind ${bytes[0]}`)
      for (const message of this.codec.decode(bytes)) this.input({ type: 'receive', from: peer, message })
    } catch (error) {
      if (!isBadBytes(error)) return this.fatal(error as Error)
      this.logger.warn({ peer, error: error.message }, 'bad bytes from a peer; its link is made anew')
      this.options.transport.reset(peer)
    }
  }

  private fetch(from: LogIndex, to: LogIndex): void {
    this.options.logStore.read(from, to, (entries, error) => {
      if (error !== undefined) return this.fatal(error)
      this.input({ type: 'fetched', from, entries })
    })
  }

  private createSnapshots(firstTransfer: number): Snapshots {
    const { snapshotStore, environment, transport } = this.options
    return new Snapshots(snapshotStore, environment, this.machine, this.codec, firstTransfer, {
      send: (peer, frame) => {
        this.counters.bytesSent += frame.length
        transport.send(peer, frame) // what a full queue does not take is asked for again
      },
      input: (input) => this.input(input),
      durableIndex: () => this.engine.observe().durableIndex,
      snapshotEvery: this.limits.snapshotEvery,
      snapshotBytesPerSecond: this.limits.snapshotBytesPerSecond,
      counters: this.counters,
      failed: (error) => this.fatal(error),
    })
  }

  /** Requests are given up in the order they came, so one timer at the oldest one's deadline is enough. */
  private watchRequests(): void {
    const now = this.options.environment.now().monotonic
    this.requests.expire(now)
    if (this.state !== 'running') return
    const next = this.requests.nextDeadline() ?? now + this.limits.requestTimeout
    this.requestWatch = this.options.environment.setTimer(Math.max(1, next - now), () => this.watchRequests())
  }

  private checkBase(base: LogIndex): void {
    if (this.machine.appliedIndex >= base) return
    throw new QuorateError(
      'CORRUPT_LOG',
      `the log starts after index ${base} but no snapshot reaches it; restore this replica from another one`,
    )
  }

  /** An engine or machine that throws is broken, and must not go on. */
  private fatal(error: Error): void {
    if (this.state === 'stopped') return
    this.logger.error({ error: error.stack ?? error.message }, 'the replica stopped itself')
    this.halt(
      new QuorateError('STOPPED', `the replica failed: ${error.message}`, {
        outcome: 'unknown',
        cause: error,
      }),
    )
    this.options.onFatal?.(error)
  }

  private halt(error: QuorateError): void {
    this.state = 'stopped'
    this.requestWatch?.cancel()
    this.timers.stop()
    this.snapshots.stop()
    this.requests.failAll(error)
  }
}

/** Gives every new entry its one binary form, before it is both sent and logged. */
function encodePersisted(persist: Persist): void {
  for (const operation of persist.operations)
    if (operation.type === 'append') encodeEntries(operation.entries)
}

/** Is it the sender's fault? */
function isBadBytes(error: unknown): error is QuorateError {
  return error instanceof QuorateError && (error.code === 'DECODE' || error.code === 'NEWER_VERSION')
}
