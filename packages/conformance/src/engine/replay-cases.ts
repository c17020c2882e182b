import { type Entry, type Message, type Output, encodeCanonical } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame, isSame, show } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { type Recording, recordings, replay } from './recording.ts'
import { Renaming } from './renaming.ts'
import type { EngineSubject } from './subject.ts'

type Any = Message
type Definition = EngineSubject<Any>['definition']

/** How an engine depends on what it is given, and on nothing else. */
export const replayCases: readonly CaseSpec<EngineSubject<Any>>[] = [
  {
    name: 'equal inputs give equal outputs',
    rule: 'An engine is a function of its inputs: another, given the same, gives the same, in the same order.',
    source: 'core, Engine',
    run: (subject) =>
      forRecordings(subject, (recording, definition) => {
        const { outputs } = replay(recording, definition.create(recording.init))
        checkOutputs(outputs, recording.outputs, 'given the same again, it gave')
      }),
  },
  {
    name: 'what was decided is handed over once',
    rule: '`take` gives everything decided since the last call: right after one there is nothing.',
    source: 'core, Engine.take',
    run: (subject) =>
      forRecordings(subject, (recording, definition) => {
        replay(recording, definition.create(recording.init), (engine) => {
          // An event may say again what is being waited for.
          const { persist, fetch, events: _, ...lists } = engine.take()
          const isEmpty = Object.values(lists).every((list) => list.length === 0)
          check(
            persist === undefined && fetch === undefined && isEmpty,
            () => `a second take gave ${show(lists)}`,
          )
        })
      }),
  },
  {
    name: 'an engine revived from its captured state goes on as before',
    rule: '`capture` is the whole state as plain data; `revive` makes an engine of it that behaves the same.',
    source: 'core, Engine.capture and EngineDefinition.revive',
    run: (subject) =>
      forRecordings(subject, (recording, definition) => {
        const { outputs } = replay(recording, definition.create(recording.init), (engine) =>
          definition.revive(recording.init, engine.capture()),
        )
        checkOutputs(outputs, recording.outputs, 'revived after every take, it gave')
      }),
  },
  {
    name: 'a captured state stays as it was',
    rule: 'A captured state is a copy: what the engine does then does not change it, and it has a canonical form.',
    source: 'core, Engine.capture and encodeCanonical',
    run: (subject) =>
      forRecordings(subject, (recording, definition) => {
        const captured: { state: unknown; bytes: Uint8Array; observed: unknown }[] = []
        replay(recording, definition.create(recording.init), (engine, _, number) => {
          if (number % 7 !== 0) return
          const state = engine.capture()
          captured.push({ state, bytes: encodeCanonical(state), observed: engine.observe() })
        })
        for (const { state, bytes, observed } of captured) {
          check(
            isSame(encodeCanonical(state), bytes),
            () => 'a captured state changed while the engine went on',
          )
          checkSame(
            definition.revive(recording.init, state).observe(),
            observed,
            'revived much later, it says',
          )
        }
      }),
  },
  {
    name: 'renaming commutes with every step',
    rule: 'A state renamed is the state of a run in which the replicas had the other ids from the start. (Ids keep their order: an election may go by them.)',
    source: 'core, EngineDefinition.renameState and renameMessage',
    run: (subject) =>
      forRecordings(subject, (recording, definition) => {
        // Only an empty log names nobody.
        if (recording.init.image.incarnation > 1) return
        const name = (node: number): number => 10 * node + 1
        const renaming = new Renaming<Any>(definition, name)
        const same = new Renaming<Any>(definition, (node) => node)
        const renamed = {
          definition,
          init: renaming.init(recording.init),
          given: recording.given.map((each) => renaming.given(each)),
          outputs: [],
        }
        const left = replay(recording, definition.create(recording.init))
        const right = replay(renamed, definition.create(renamed.init))
        for (const [i, output] of left.outputs.entries()) {
          checkSame(same.output(right.outputs[i]!), renaming.output(output), `renamed, take ${i + 1} gave`)
        }
        const state = definition.renameState(left.engine.capture(), name)
        checkSame(right.engine.capture(), state, 'the state of the renamed run')
        const back = definition.renameState(state, (node) => (node - 1) / 10)
        checkSame(back, left.engine.capture(), 'the state renamed there and back')
      }),
  },
  {
    name: 'the clock stamps entries and bounds leases, and nothing else',
    rule: 'Nothing but the time of new entries depends on `wall`, and nothing on where `monotonic` begins.',
    source: 'core, Instant',
    run: (subject) =>
      forRecordings(subject, (recording, definition) => {
        const later: Recording<Any> = {
          ...recording,
          given: recording.given.map((each) =>
            each === 'take'
              ? each
              : {
                  ...each,
                  at: { wall: each.at.wall + 86_400_000, monotonic: each.at.monotonic + 1_000_000 },
                },
          ),
        }
        const { outputs } = replay(later, definition.create(recording.init))
        checkOutputs(outputs.map(timeless), recording.outputs.map(timeless), 'with other clocks it gave')
      }),
  },
]

function forRecordings(
  subject: EngineSubject<Any>,
  use: (recording: Recording<Any>, definition: Definition) => void,
): void {
  for (const recording of recordings(subject)) use(recording, recording.definition)
}

function checkOutputs(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  checkSame(actual.length, expected.length, 'the number of takes')
  for (const [i, output] of actual.entries()) checkSame(output, expected[i], `${what}, at take ${i + 1}`)
}

/** An output without the times of entries. */
function timeless(output: Output<Any>): unknown {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bare)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const isEntry = 'epoch' in value && 'kind' in value && 'data' in value
    const fields = Object.entries(value).map(([key, item]) => [key, bare(item)])
    return { ...Object.fromEntries(fields), ...(isEntry ? { time: 0 } : {}) } as Entry
  }
  const { events: _, ...rest } = output
  return bare(rest)
}
