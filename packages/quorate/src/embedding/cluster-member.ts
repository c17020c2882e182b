import {
  type MachineDefinition,
  type Membership,
  type NodeId,
  type Observation,
  QuorateError,
  type ReadMode,
  membersOf,
} from '@quorate/core'
import { Replica, type ReplicaOptions, type ReplicaView } from '@quorate/replica'
import { BehaviorSubject, Observable, filter, firstValueFrom, fromEvent, map, merge } from 'rxjs'
import { promised } from './promise-waiter.ts'
import { isLeaderless, patience, untilAnswered } from './until-answered.ts'

/** Options of every call that waits. */
export interface CallOptions {
  /** Stops waiting. A command may still take effect. */
  readonly signal?: AbortSignal
}

/** How to read. */
export interface QueryOptions extends CallOptions {
  /** @default 'linearizable' */
  readonly mode?: ReadMode
}

/** A change of the machine's state and the log index at which it was made. */
export interface IndexedChange<Change> {
  readonly index: number
  readonly change: Change
}

/** What a member is made of: a replica's options, and what is to be let go of behind it. */
export interface ClusterMemberOptions extends Omit<ReplicaOptions, 'machine' | 'onState'> {
  /** Whom the transport can reach, this replica included: nobody else can become a member. @default anybody */
  readonly peers?: readonly NodeId[]
  readonly onStopped?: () => void
}

/** One replica in this process, with promises and Observables around it. */
export class ClusterMember<Command, Result, Query, Answer, Change> implements AsyncDisposable {
  readonly id: NodeId
  /** Role, epoch and leader as this replica sees them; hot, starts with the present value, ends at `stop`. */
  readonly state$: Observable<Observation>
  /** Each change as it is applied at this replica; hot, ends at `stop`. */
  readonly changes$: Observable<IndexedChange<Change>>
  private readonly replica: Replica
  private readonly codecs: MachineDefinition<Command, Result, Query, Answer, Change>['codecs']
  private readonly states: BehaviorSubject<Observation>
  private readonly peers: readonly NodeId[] | undefined
  private readonly onStopped: (() => void) | undefined
  private readonly ends = new Set<() => void>()

  constructor(
    machine: MachineDefinition<Command, Result, Query, Answer, Change>,
    options: ClusterMemberOptions,
  ) {
    this.id = options.self
    this.peers = options.peers
    this.onStopped = options.onStopped
    this.codecs = machine.codecs
    const onState = (state: Observation): void => this.states.next(state)
    this.replica = new Replica({ ...options, machine, onState })
    this.states = new BehaviorSubject<Observation>(this.replica.observe())
    this.state$ = this.states.asObservable()
    this.changes$ = new Observable((subscriber) => {
      const end = (): void => subscriber.complete()
      this.ends.add(end)
      const stop = this.replica.onChange((change, index) =>
        subscriber.next({ index, change: change as Change }),
      )
      return () => {
        stop()
        this.ends.delete(end)
      }
    })
  }

  start(): void {
    this.replica.start()
  }

  /** Resolves once a leader is known here. Rejects with the signal's reason. */
  async ready({ signal = AbortSignal.timeout(patience) }: CallOptions = {}): Promise<void> {
    signal.throwIfAborted()
    const aborted = fromEvent(signal, 'abort').pipe(
      map(() => {
        throw signal.reason
      }),
    )
    await firstValueFrom(merge(this.states.pipe(filter(({ leader }) => leader !== undefined)), aborted))
  }

  /**
   * Replicates a command; resolves with its result once it is applied here. A follower forwards it. While there is no
   * leader it waits, for 10 s or until the signal. Rejects with a `QuorateError`.
   */
  submit(command: Command, { signal }: CallOptions = {}): Promise<Result> {
    const bytes = this.codecs.command.encode(command)
    return untilAnswered(() => promised(signal, (waiter) => this.replica.propose(bytes, waiter)), signal)
  }

  /** Asks the machine; waits as `submit` does. Rejects with a `QuorateError`. */
  query(query: Query, { signal, mode = 'linearizable' }: QueryOptions = {}): Promise<Answer> {
    return untilAnswered(() => promised(signal, (waiter) => this.replica.read(query, mode, waiter)), signal)
  }

  /**
   * Asks for another membership; resolves when it is in force and a quorum of it holds the log. This replica must lead:
   * else it rejects with `NOT_LEADER`,
   * whose `details.leader` says who does. While there is no leader it waits, as `submit` does. See `Replica.reconfigure`
   * for what else may come of it, and for when those who leave may be stopped.
   */
  async reconfigure(membership: Membership, { signal }: CallOptions = {}): Promise<void> {
    const stranger = membersOf(membership).find((id) => this.peers?.includes(id) === false)
    if (stranger !== undefined) {
      const problem = `replica ${stranger} is not among the peers of replica ${this.id}, which could not reach it`
      throw new QuorateError('USAGE', problem, { outcome: 'definitely-not' })
    }
    const ask = (): Promise<void> =>
      promised<void>(signal, (waiter) => this.replica.reconfigure(membership, waiter))
    await untilAnswered(ask, signal, isLeaderless)
  }

  observe(): ReplicaView {
    return this.replica.observe()
  }

  async stop(): Promise<void> {
    await this.replica.stop()
    for (const end of this.ends) end()
    this.states.complete()
    this.onStopped?.()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
