import {
  type AnyEngineDefinition,
  type Engine,
  type EngineInit,
  type Entry,
  type Input,
  type Instant,
  type Message,
  type Observation,
  type Output,
  makeEntry,
  noOutput,
} from '@quorate/core'

/** The one message of the scripted engine. */
export interface Note extends Message {
  readonly type: 'Note'
  readonly text: string
  readonly entries: readonly Entry[]
}

export function note(text: string, entries: readonly Entry[] = []): Note {
  return { type: 'Note', text, entries }
}

/** An engine that does what it is told: hands out the outputs that were put in `outputs`, and notes its inputs. */
export class ScriptedEngine implements Engine {
  readonly init: EngineInit
  readonly inputs: Input[] = []
  readonly instants: Instant[] = []
  /** One for each `take`; without any, nothing comes out. */
  readonly outputs: Partial<Output>[] = []
  /** Called for every input. May throw, or put something in `outputs`. */
  onStep: (input: Input) => void = () => {}
  onTake: () => void = () => {}
  /** What it shows of itself. */
  view: { -readonly [K in keyof Observation]: Observation[K] }

  constructor(init: EngineInit) {
    this.init = init
    this.view = {
      node: init.self,
      role: 'follower',
      phase: 'following',
      epoch: 1,
      leader: undefined,
      established: false,
      commitIndex: 0,
      lastIndex: 0,
      durableIndex: 0,
      firstIndex: 1,
      membership: init.membership,
    }
  }

  step(input: Input, at: Instant): void {
    this.inputs.push(input)
    this.instants.push(at)
    this.onStep(input)
  }

  take(): Output {
    this.onTake()
    return { ...noOutput, ...this.outputs.shift() }
  }

  observe(): Observation {
    return { ...this.view }
  }

  capture(): unknown {
    return undefined
  }

  /** The inputs of one type. */
  of<T extends Input['type']>(type: T): Extract<Input, { type: T }>[] {
    return this.inputs.filter((input): input is Extract<Input, { type: T }> => input.type === type)
  }

  /** The texts of the notes received, with their senders. */
  get received(): string[] {
    return this.of('receive').map(({ from, message }) => `${from}: ${(message as Note).text}`)
  }
}

/** A definition whose engine is handed to `created`. */
export function scripted(created: (engine: ScriptedEngine) => void): AnyEngineDefinition {
  return {
    name: 'scripted',
    links: 'any',
    acceptance: 'entry',
    shapes: { Note: ['text', 'entries'] },
    marks: [],
    cost: {
      messagesPerCommit: () => 0,
      commitMessages: () => ({}),
      delaysToCommit: 0,
      delaysToLearn: 0,
      fsyncsPerCommit: () => 0,
      fsyncsToCommit: 1,
      periodic: [],
      election: { messages: () => ({}), fsyncs: () => 0, unfixed: [] },
    },
    electionTimeout: 100,
    create(init: EngineInit) {
      const engine = new ScriptedEngine(init)
      created(engine)
      return engine
    },
    revive: (init: EngineInit) => new ScriptedEngine(init),
    renameState: (state: unknown) => state,
    renameMessage: (message: Message) => message,
  }
}

/** An entry with one number as its command; `sequence`: who waits for it at replica 1. */
export function commandEntry(index: number, value: number, sequence?: number): Entry {
  const request = sequence === undefined ? undefined : { replica: 1, sequence }
  return makeEntry(index, 1, 0, 'command', request, Uint8Array.of(value))
}
