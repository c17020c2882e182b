import {
  type ApplyContext,
  type ChangeSink,
  type MachineDefinition,
  type SnapshotSource,
  type StateMachine,
  concatenate,
  encodeCanonical,
  finish,
  mixBytes,
} from '@quorate/core'
import { plainCodec } from './plain-codec.ts'

/** A state machine in a few lines: a state that is never changed, only replaced. */
export interface MachineSpec<State, Command, Result, Query, Answer> {
  readonly initial: State
  /** The next state and the result. Deterministic; must not change `state`. */
  apply(state: State, command: Command, at: ApplyContext): readonly [State, Result]
  /** Reads the state. @default the whole state */
  query?(state: State, query: Query): Answer
  /** Stored with the log: a directory is not opened by a machine of another name. @default 'machine' */
  readonly name?: string
  /** Raise it when the form of commands or of the state changes. @default 1 */
  readonly version?: number
}

/**
 * Makes a state machine, to be replicated by any engine, of a first state and a function. Commands, results, queries,
 * answers and the state are plain values (what JSON can say, and byte arrays). Each change reported is the new state.
 */
export function defineMachine<State, Command, Result, Query = void, Answer = State>(
  spec: MachineSpec<State, Command, Result, Query, Answer>,
): MachineDefinition<Command, Result, Query, Answer, State> {
  return {
    name: spec.name ?? 'machine',
    version: spec.version ?? 1,
    codecs: {
      command: plainCodec('a command'),
      result: plainCodec('a result'),
      query: plainCodec('a query'),
      answer: plainCodec('an answer'),
      change: plainCodec('a change'),
    },
    create: () => new ValueMachine(spec),
  }
}

class ValueMachine<State, Command, Result, Query, Answer> implements StateMachine<
  Command,
  Result,
  Query,
  Answer,
  State
> {
  private state: State
  private digestOf: { state: State; digest: number } | undefined
  private readonly spec: MachineSpec<State, Command, Result, Query, Answer>
  private readonly stateCodec = plainCodec<State>('a snapshot')

  constructor(spec: MachineSpec<State, Command, Result, Query, Answer>) {
    this.spec = spec
    this.state = spec.initial
  }

  apply(command: Command, at: ApplyContext, changes: ChangeSink<State>): Result {
    const [next, result] = this.spec.apply(this.state, command, at)
    if (next !== this.state) {
      this.state = next
      changes.push(next)
    }
    return result
  }

  query(query: Query): Answer {
    if (this.spec.query !== undefined) return this.spec.query(this.state, query)
    return this.state as unknown as Answer
  }

  /** The state is never changed in place, so keeping it is enough. */
  snapshot(): SnapshotSource {
    let rest: Uint8Array | undefined = this.stateCodec.encode(this.state)
    return {
      next() {
        const piece = rest?.subarray(0, pieceBytes)
        rest = rest !== undefined && rest.length > pieceBytes ? rest.subarray(pieceBytes) : undefined
        return piece
      },
      close() {
        rest = undefined
      },
    }
  }

  restore(chunks: Iterable<Uint8Array>): void {
    this.state = this.stateCodec.decode(concatenate([...chunks]))
  }

  digest(): number {
    if (this.digestOf?.state !== this.state || this.digestOf === undefined) {
      this.digestOf = { state: this.state, digest: finish(mixBytes(0, encodeCanonical(this.state))) }
    }
    return this.digestOf.digest
  }
}

const pieceBytes = 256 * 1024
