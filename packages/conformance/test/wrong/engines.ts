import {
  type Engine,
  type EngineDefinition,
  type EngineInit,
  type Input,
  type Instant,
  type Message,
  type MonitorDefinition,
  type Output,
  majorityOf,
  membersOf,
} from '@quorate/core'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import type { EngineSubject } from '../../src/index.ts'
import type { Wrong } from '../support/run-suite.ts'

type Subject = EngineSubject<Message>
type Definition = EngineDefinition<Message>

/** Finds that nobody may apply a third entry. */
const fussy: MonitorDefinition = {
  invariants: ['toy third'],
  create: (blame) => ({
    created: () => {},
    given: () => {},
    taken: (node, { apply }) => {
      if (apply.some(({ index }) => index === 3))
        blame({ invariant: 'toy third', message: 'there it is', node, context: {} })
    },
  }),
}

/** Engines with one mistake each. */
export const wrongEngines: readonly Wrong<Subject>[] = [
  wrong('drops a proposal silently', (engine) => new Dropping(engine), [
    'every request gets exactly one answer',
  ]),
  wrong('ignores a kind of request', (engine) => new Deaf(engine), ['a request of any kind ends']),
  wrong('answers twice', (engine) => new Repeating(engine), ['every request gets exactly one answer']),
  wrong('sends before it is durable', (engine) => new Hasty(engine), [
    'an acknowledgement that is on no disk counts for nothing',
    'what is applied is on the disks of a quorum',
  ]),
  wrong('throws on garbage', (engine) => new Trusting(engine), ['a malformed message does no harm']),
  wrong('throws on a link that it does not know', (engine, init) => new Exclusive(engine, init), [
    'an input out of place does no harm',
  ]),
  wrong('applies an entry twice', (engine) => new Stuttering(engine), ['entries are applied densely, once']),
  wrong('leaves out an entry', (engine) => new Skipping(engine), [
    'entries are applied densely, once',
    '3 replicas elect a leader, and commit',
  ]),
  wrong('says that more is committed than is', (engine) => new Boasting(engine), [
    'what an engine says of itself fits together',
  ]),
  wrong('numbers its persists anew', (engine) => new Forgetful(engine), [
    'persists are numbered, and messages wait for one that is under way',
  ]),
  wrong('sends a field that no shape names', (engine) => new Chatty(engine), [
    'messages fit the shapes that the engine exports',
  ]),
  wrong('sets no timer at first', (engine) => new Sleepy(engine), ['timers are named and have a range']),
  wrong('looks at the clock', (engine) => new ClockWatcher(engine), [
    'the clock stamps entries and bounds leases, and nothing else',
  ]),
  wrong('draws lots', (engine) => new Gambler(engine), ['equal inputs give equal outputs']),
  wrong('hands things over twice', (engine) => new Insistent(engine), [
    'what was decided is handed over once',
  ]),
  wrong('takes a token that comes again for a new one', (engine) => new Credulous(engine), [
    'a token that comes again marks nothing durable',
  ]),
  wrong('shares what it captures', (engine) => new Sharing(engine), ['a captured state stays as it was']),
  changed(
    'forgets everything when it is revived',
    { revive: (init) => raft().create(init) as Engine<Message> },
    ['an engine revived from its captured state goes on as before'],
  ),
  changed('breaks a rule of its monitor', { monitor: fussy }, [
    '3 replicas elect a leader, and commit',
    'what an engine says of itself fits together',
  ]),
  changed('renames no leader', { renameState: (state, rename) => keepLeader(state, rename) }, [
    'renaming commutes with every step',
  ]),
  changed(
    'counts observers',
    { create: (init) => raft().create(withoutObservers(init)) as Engine<Message> },
    ['observers follow, and count for nothing'],
  ),
  wrong('takes a write for durable at once', (engine) => new Impatient(engine), [
    'the leader’s own copy counts when it is on its disk',
    'no leader comes of votes that are on no disk',
    'what is applied is on the disks of a quorum',
  ]),
  named('acknowledges before it is durable (raft)', raft({ unsafe: { ackBeforeDurable: true } }), [
    'an acknowledgement that is on no disk counts for nothing',
  ]),
  named('reads without asking a quorum (raft)', raft({ unsafe: { skipReadConfirmation: true } }), [
    'a linearizable read asks a quorum, whatever the clock says',
  ]),
  named('reads without asking a quorum (zab)', zab({ unsafe: { skipQuorumOnReads: true } }), [
    'a linearizable read asks a quorum, whatever the clock says',
  ]),
  named(
    'acknowledges before it is durable (multi-paxos)',
    multiPaxos({ unsafe: { acceptBeforeDurable: true } }),
    [
      'an acknowledgement that is on no disk counts for nothing',
      'the leader’s own copy counts when it is on its disk',
    ],
  ),
  named(
    'reads without asking a quorum (multi-paxos)',
    multiPaxos({ unsafe: { skipReadConfirmation: true } }),
    ['a linearizable read asks a quorum, whatever the clock says'],
  ),
  named('breaks a rule of its paper (multi-paxos)', multiPaxos({ unsafe: { acceptBelowPromise: true } }), [
    'what is applied is on the disks of a quorum',
  ]),
  named('leads for ever with a stalled disk (raft)', raft({ diskStallTimeout: 1e9 }), [
    'a leader whose disk stalls gives up',
  ]),
]

function wrong(
  name: string,
  change: (engine: Engine<Message>, init: EngineInit) => Engine<Message>,
  caughtBy: readonly string[],
): Wrong<Subject> {
  const changedIn = (definition: Definition): Definition => ({
    ...definition,
    create: (init) => change(definition.create(init), init),
    revive: (init, state) => change(definition.revive(init, state), init),
  })
  const definition = raft() as unknown as Definition
  const compacting = raft({ compactionTail: 0 }) as unknown as Definition
  return {
    name,
    caughtBy,
    subject: { definition: changedIn(definition), compacting: changedIn(compacting), runs: 4 },
  }
}

function changed(name: string, change: Partial<Definition>, caughtBy: readonly string[]): Wrong<Subject> {
  return named(name, { ...(raft() as unknown as Definition), ...change }, caughtBy)
}

function named<M extends Message>(
  name: string,
  definition: EngineDefinition<M>,
  caughtBy: readonly string[],
): Wrong<Subject> {
  const given = definition as unknown as Definition
  return { name, caughtBy, subject: { definition: given, compacting: given, runs: 4 } }
}

/** An engine that does as another does. */
class Same implements Engine<Message> {
  protected readonly engine: Engine<Message>

  constructor(engine: Engine<Message>) {
    this.engine = engine
  }

  step(input: Input, at: Instant): void {
    this.engine.step(input, at)
  }

  take(): Output {
    return this.engine.take()
  }

  observe() {
    return this.engine.observe()
  }

  capture(): unknown {
    return this.engine.capture()
  }
}

class Dropping extends Same {
  private count = 0

  override step(input: Input, at: Instant): void {
    if (input.type === 'propose' && ++this.count % 3 === 2) return
    super.step(input, at)
  }
}

class Deaf extends Same {
  override step(input: Input, at: Instant): void {
    if (input.type !== 'transfer') super.step(input, at)
  }
}

class Repeating extends Same {
  override take(): Output {
    const output = super.take()
    return { ...output, replies: output.replies.flatMap((reply) => [reply, reply]) }
  }
}

class Hasty extends Same {
  override take(): Output {
    const output = super.take()
    const held = output.sendAfter.flatMap(({ envelopes }) => envelopes)
    return { ...output, send: [...output.send, ...held], sendAfter: [] }
  }
}

class Trusting extends Same {
  override step(input: Input, at: Instant): void {
    if (input.type === 'receive') (input.message as unknown as { term: number }).term.toFixed()
    super.step(input, at)
  }
}

class Exclusive extends Same {
  private readonly init: EngineInit

  constructor(engine: Engine<Message>, init: EngineInit) {
    super(engine)
    this.init = init
  }

  override step(input: Input, at: Instant): void {
    if (input.type === 'peerUp' && !membersOf(this.init.membership).includes(input.peer))
      throw new Error('who?')
    super.step(input, at)
  }
}

class Stuttering extends Same {
  override take(): Output {
    const output = super.take()
    return {
      ...output,
      apply: output.apply.flatMap((entry) => (entry.index % 4 === 0 ? [entry, entry] : [entry])),
    }
  }
}

class Skipping extends Same {
  override take(): Output {
    const output = super.take()
    return { ...output, apply: output.apply.filter(({ index }) => index !== 4) }
  }
}

class Boasting extends Same {
  override observe() {
    const seen = super.observe()
    return { ...seen, commitIndex: seen.commitIndex + 1 }
  }
}

class Forgetful extends Same {
  override take(): Output {
    const output = super.take()
    const { persist } = output
    if (persist === undefined || persist.token.sequence < 3) return output
    return { ...output, persist: { ...persist, token: { ...persist.token, sequence: 2 } } }
  }
}

class Chatty extends Same {
  override take(): Output {
    const output = super.take()
    const send = output.send.map(({ to, message }) => ({ to, message: { ...message, mood: 'good' } }))
    return { ...output, send }
  }
}

class Sleepy extends Same {
  private isFirst = true

  override take(): Output {
    const output = super.take()
    const { isFirst } = this
    this.isFirst = false
    return isFirst ? { ...output, timers: [] } : output
  }
}

class ClockWatcher extends Same {
  private wall = 0

  override step(input: Input, at: Instant): void {
    this.wall = at.wall
    super.step(input, at)
  }

  override take(): Output {
    const output = super.take()
    const more = Math.floor(this.wall / 3_600_000)
    const timers = output.timers.map(({ name, range }) => {
      return { name, range: range && { min: range.min, max: range.max + more } }
    })
    return { ...output, timers }
  }
}

let lots = 0

class Gambler extends Same {
  override take(): Output {
    const output = super.take()
    const timers = output.timers.map(({ name, range }) => {
      return { name, range: range && { min: range.min, max: range.max + ++lots } }
    })
    return { ...output, timers }
  }
}

class Insistent extends Same {
  private last: Output | undefined

  override step(input: Input, at: Instant): void {
    this.last = undefined
    super.step(input, at)
  }

  override take(): Output {
    const output = super.take()
    const { last } = this
    this.last = output
    return last === undefined ? output : { ...output, send: last.send }
  }
}

class Impatient extends Same {
  override step(input: Input, at: Instant): void {
    if (input.type !== 'persisted') super.step(input, at)
  }

  override take(): Output {
    const output = super.take()
    const { persist } = output
    if (persist !== undefined)
      super.step({ type: 'persisted', token: persist.token }, { wall: 0, monotonic: 0 })
    return output
  }
}

class Credulous extends Same {
  private newest = { epoch: 0, sequence: 0 }
  private done = 0

  override step(input: Input, at: Instant): void {
    if (input.type !== 'persisted') return super.step(input, at)
    const isAgain = input.token.sequence <= this.done
    this.done = Math.max(this.done, input.token.sequence)
    super.step(isAgain ? { ...input, token: this.newest } : input, at)
  }

  override take(): Output {
    const output = super.take()
    this.newest = output.persist?.token ?? this.newest
    return output
  }
}

class Sharing extends Same {
  private captured: Record<string, unknown> | undefined

  override capture(): unknown {
    const state = super.capture() as Record<string, unknown>
    return (this.captured = Object.assign(this.captured ?? {}, state))
  }
}

function keepLeader(state: unknown, rename: (node: number) => number): unknown {
  const renamed = raft().renameState(state, rename) as object
  return { ...renamed, leader: (state as { leader: unknown }).leader }
}

function withoutObservers(init: EngineInit): EngineInit {
  return { ...init, membership: majorityOf(membersOf(init.membership)) }
}
