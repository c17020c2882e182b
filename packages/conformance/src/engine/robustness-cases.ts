import {
  type Engine,
  type Input,
  type Message,
  type MessageShapes,
  encodeMembership,
  majorityOf,
  noBytes,
} from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { show } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { Scripted } from './scripted.ts'
import { type Given, type Recording, recordings, replay } from './recording.ts'
import type { EngineSubject } from './subject.ts'
import { guard } from './watched.ts'

type Any = Message

/** What no field of any message may be. */
const garbage: readonly unknown[] = [undefined, null, -1, 1.5, Number.NaN, 2 ** 53, {}, noBytes, 'x', [{}]]

/** A replica that is no member. */
const stranger = 99

/** What must not throw. */
export const robustnessCases: readonly CaseSpec<EngineSubject<Any>>[] = [
  {
    name: 'a malformed message does no harm',
    rule: 'An engine never throws for what a peer can cause: a message of unknown type, or with fields missing or of other types, in any state.',
    source: 'core, Engine.step; DESIGN 4',
    run: (subject) =>
      forStates(subject, 5, (recording, state, next) => {
        if (next?.input.type !== 'receive') return
        const { from, message } = next.input
        for (const bad of spoiled(message, recording.definition.shapes)) {
          survives(recording, state, { ...next, input: { type: 'receive', from, message: bad } })
        }
      }),
  },
  {
    name: 'an input out of place does no harm',
    rule: 'An engine never throws for a timer that was cancelled, a link that it does not know, an answer that nobody waits for, or a failed disk.',
    source: 'core, Input',
    run: (subject) =>
      forStates(subject, 9, (recording, state, next) => {
        const at = next?.at ?? { wall: 0, monotonic: 0 }
        for (const input of outOfPlace(recording)) survives(recording, state, { input, at })
      }),
  },
  {
    name: 'a request of any kind ends',
    rule: 'Every request gets one answer, also one that the engine does not support, or that makes no sense.',
    source: 'core, Reply',
    run({ definition }) {
      const script = new Scripted(definition, 3)
      const leader = script.elect()
      const members = majorityOf(script.ids)
      let sequence = 1_000_000
      for (const id of script.ids) {
        const request = () => ({ replica: id, sequence: ++sequence })
        const inputs: Input<Any>[] = [
          { type: 'read', request: request(), mode: 'sequential' },
          { type: 'read', request: request(), mode: 'lease' },
          { type: 'reconfigure', request: request(), membership: members },
          { type: 'transfer', request: request(), to: leader },
          { type: 'transfer', request: request(), to: stranger },
          { type: 'propose', request: request(), data: noBytes },
          { type: 'propose', request: request(), data: encodeMembership(members) },
        ]
        for (const input of inputs) {
          script.cluster.node(id).step(input, script.cluster.now())
          script.cluster.settle()
        }
      }
      script.converge()
      for (const id of script.ids) {
        const open = script.open(id)
        check(open.length === 0, () => `replica ${id} never answered ${open.join(', ')}`)
      }
    },
  },
]

/** Gives an engine as of that state one input; nothing may throw. */
function survives(
  { definition, init }: Recording<Any>,
  state: unknown,
  { input, at }: Exclude<Given<Any>, 'take'>,
): void {
  const engine: Engine<Any> = definition.revive(init, state)
  const before = engine.observe()
  const after = guard(`${before.role} of epoch ${before.epoch}, step(${show(input)})`, () => {
    engine.step(input, at)
    engine.take()
    return engine.observe()
  })
  check(after.commitIndex >= before.commitIndex, () => `${show(input)} took back a commit`)
}

/** Calls `use` with every `stride`-th state of some storms, and what came next there. */
function forStates(
  subject: EngineSubject<Any>,
  stride: number,
  use: (recording: Recording<Any>, state: unknown, next: Exclude<Given<Any>, 'take'> | undefined) => void,
): void {
  for (const recording of recordings(subject)) {
    let position = 0
    let takes = 0
    replay(recording, recording.definition.create(recording.init), (engine) => {
      position = recording.given.indexOf('take', position) + 1
      const next = recording.given[position]
      if (++takes % stride === 0) use(recording, engine.capture(), next === 'take' ? undefined : next)
    })
  }
}

/** The message with each of its fields wrong in turn, and others that are no messages. */
function spoiled(message: Any, shapes: MessageShapes): Any[] {
  const fields = shapes[message.type] ?? []
  const wrong = fields.flatMap((field) => {
    const right = (message as unknown as Record<string, unknown>)[field]
    return garbage.filter((value) => !isAlike(value, right)).map((value) => ({ ...message, [field]: value }))
  })
  return [...wrong, { ...message, type: 'no such message' }, { type: message.type }, { type: '__proto__' }]
}

/** Is it of the same kind, so that it may be right? */
function isAlike(value: unknown, right: unknown): boolean {
  if (value instanceof Uint8Array) return right instanceof Uint8Array
  return value === right || (typeof value === 'string' && typeof right === 'string')
}

function outOfPlace({ init }: Recording<Any>): Input<Any>[] {
  const meta = { index: 1, epoch: 0, membership: init.membership }
  return [
    { type: 'timeout', timer: 'no such timer' },
    { type: 'timeout', timer: 'constructor' },
    { type: 'peerUp', peer: stranger },
    { type: 'peerDown', peer: stranger },
    { type: 'persisted', token: { epoch: 0, sequence: 0 } },
    { type: 'persistFailed', token: { epoch: 0, sequence: 1 }, cause: 'no space left' },
    { type: 'fetched', from: 1, entries: [] },
    { type: 'snapshotSent', to: stranger, meta },
    { type: 'snapshotFailed', to: stranger, cause: 'it is gone' },
    { type: 'snapshotSent', to: init.self === 1 ? 2 : 1, meta },
    { type: 'snapshotFailed', to: init.self === 1 ? 2 : 1, cause: 'it is gone' },
  ]
}
