import { messageCodec } from '@quorate/codec'
import {
  type Membership,
  type Message,
  type NodeId,
  type Observation,
  type Output,
  type StorageOperation,
  majorityOf,
} from '@quorate/core'
import { MemorySnapshotStore, Replica, type ReplicaLimits, type ReplicaOptions } from '../../src/index.ts'
import { Answers } from './answers.ts'
import { type ListMachine, listMachine } from './list-machine.ts'
import { ManualEnvironment } from './manual-environment.ts'
import { ManualLogStore } from './manual-log-store.ts'
import { RecordingTransport } from './recording-transport.ts'
import { type Note, type ScriptedEngine, scripted } from './scripted-engine.ts'

/** What may differ between fixtures. */
export interface FixtureOptions {
  readonly limits?: Partial<ReplicaLimits>
  /** What the log holds at the start. */
  readonly log?: readonly StorageOperation[]
  readonly snapshotStore?: MemorySnapshotStore
  readonly membership?: Membership
  readonly replica?: Partial<ReplicaOptions>
}

const codec = messageCodec<Message>({ Note: ['text', 'entries'] })

/** A frame that a peer would send. */
export function frameOf(...notes: readonly Note[]): Uint8Array {
  return codec.encode(notes, 1)
}

/** Replica 1 of 1, 2 and 3: with a scripted engine, and everything around it under the test's control. */
export class ReplicaFixture {
  readonly environment = new ManualEnvironment()
  /** What happened, in order: frames, writes, applies, answers, … */
  readonly journal: string[] = []
  readonly transport: RecordingTransport
  readonly log: ManualLogStore
  readonly snapshots: MemorySnapshotStore
  readonly states: Observation[] = []
  readonly fatal: Error[] = []
  readonly replica: Replica
  machine!: ListMachine
  engine!: ScriptedEngine

  constructor(options: FixtureOptions = {}) {
    const note = (event: string): void => void this.journal.push(event)
    this.transport = new RecordingTransport(note)
    this.log = new ManualLogStore(note, options.log)
    this.snapshots = options.snapshotStore ?? new MemorySnapshotStore()
    this.replica = new Replica({
      self: 1,
      membership: options.membership ?? majorityOf([1, 2, 3]),
      engine: scripted((engine) => (this.engine = engine)),
      machine: listMachine((machine) => (this.machine = machine)),
      logStore: this.log,
      snapshotStore: this.snapshots,
      transport: this.transport,
      environment: this.environment,
      ...(options.limits !== undefined && { limits: options.limits }),
      onState: (state) => this.states.push(state),
      onFatal: (error) => this.fatal.push(error),
      ...options.replica,
    })
    this.replica.onChange((change) => note(`change ${String(change)}`))
  }

  /** Starts it, and ends its first turn. */
  static started(options: FixtureOptions = {}): ReplicaFixture {
    const fixture = new ReplicaFixture(options)
    fixture.replica.start()
    fixture.environment.turn()
    return fixture
  }

  /** Has the engine hand out `output` in a turn, which is ended. */
  turn(output: Partial<Output>): void {
    this.engine.outputs.push(output)
    this.wake()
    this.environment.turn()
  }

  /** Has something arrive, so that there is a turn. */
  wake(): void {
    this.transport.events!.peerUp(9)
  }

  propose(value: number): Answers {
    const answers = new Answers()
    answers.onAnswer = () => this.journal.push(`answer ${value}`)
    this.replica.propose(Uint8Array.of(value), answers)
    return answers
  }

  read(query: unknown = ''): Answers {
    const answers = new Answers()
    answers.onAnswer = () => this.journal.push(`read`)
    this.replica.read(query, 'linearizable', answers)
    return answers
  }

  reconfigure(membership: Membership): Answers {
    const answers = new Answers()
    this.replica.reconfigure(membership, answers)
    return answers
  }

  transfer(to: NodeId): Answers {
    const answers = new Answers()
    this.replica.transfer(to, answers)
    return answers
  }

  /** The sequence of the engine's last request. */
  get lastSequence(): number {
    const input = this.engine.inputs.findLast((each) => 'request' in each)
    if (input === undefined || !('request' in input)) throw new Error('there was no request')
    return input.request.sequence
  }

  /** Every frame sent so far: to whom, and the texts in it. Empties the list. */
  takeSent(): string[] {
    return this.transport.sent.splice(0).map(
      ({ peer, bytes }) =>
        `${peer}: ${codec
          .decode(bytes)
          .map((message) => (message as Note).text)
          .join()}`,
    )
  }
}
