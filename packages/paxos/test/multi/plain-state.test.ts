import { type Engine, encodeCanonical, type Output, type Rename } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multiPaxos, type PaxosMessage } from '../../src/index.ts'
import { anySchedule, Chaos, type Choice } from './support/chaos.ts'
import { type Recording, recorded, renameInit, renameInput, renameOutput } from './support/recording.ts'

const schedules = anySchedule(150, 300)
const options = { window: 4, maxInflightMessages: 2, maxBatchBytes: 3, compactionTail: 2, leaseDuration: 200 }

/** What every engine of a random run was given. */
function record(choices: readonly Choice[]): Recording[] {
  const { definition, recordings } = recorded(multiPaxos(options))
  const chaos = new Chaos(3, options, 'calm', definition)
  for (const one of choices) chaos.perform(one)
  return recordings
}

const definition = multiPaxos(options)

function renameMessageWith(rename: Rename): (message: PaxosMessage) => PaxosMessage {
  return (message) => definition.renameMessage(message, rename)
}

function replay(
  recording: Recording,
  start: Engine<PaxosMessage>,
  afterTake: (engine: Engine<PaxosMessage>) => Engine<PaxosMessage>,
  rename: Rename = (node) => node,
): { engine: Engine<PaxosMessage>; outputs: Output<PaxosMessage>[] } {
  let engine = start
  const outputs: Output<PaxosMessage>[] = []
  for (const one of recording.inputs) {
    if (one === undefined) {
      outputs.push(engine.take())
      engine = afterTake(engine)
    } else engine.step(renameInput(one.input, rename, renameMessageWith(rename)), one.at)
  }
  return { engine, outputs }
}

describe('state', () => {
  it('is a function of the inputs: a second engine given the same gives the same', () => {
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const { outputs } = replay(
            recording,
            multiPaxos(options).create(recording.init),
            (engine) => engine,
          )
          expect(outputs).toEqual(recording.outputs)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('captured and revived after every turn, goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const afterTake = (engine: Engine<PaxosMessage>) =>
            definition.revive(recording.init, engine.capture())
          const { engine, outputs } = replay(recording, definition.create(recording.init), afterTake)
          expect(outputs).toEqual(recording.outputs)
          expect(encodeCanonical(engine.capture())).toEqual(
            encodeCanonical(definition.revive(recording.init, engine.capture()).capture()),
          )
        }
      }),
      { numRuns: 15 },
    )
  })

  it('a captured state shares nothing that later steps change', () => {
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const captured: [unknown, Uint8Array][] = []
          replay(recording, multiPaxos(options).create(recording.init), (engine) => {
            const state = engine.capture()
            captured.push([state, encodeCanonical(state)])
            return engine
          })
          for (const [state, bytes] of captured.slice(0, 40)) expect(encodeCanonical(state)).toEqual(bytes)
        }
      }),
      { numRuns: 5 },
    )
  })

  it('a revived engine shares nothing with the state that it was revived from', () => {
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const start = definition.create(recording.init)
          const state = start.capture()
          const bytes = encodeCanonical(state)
          const { outputs } = replay(recording, definition.revive(recording.init, state), (engine) => engine)
          expect(outputs.length).toBe(recording.outputs.length)
          expect(encodeCanonical(state)).toEqual(bytes)
        }
      }),
      { numRuns: 5 },
    )
  })

  it('renamed in a way that keeps the order of ids, is the state of a renamed run', () => {
    // Ballots are ordered by id, so other renamings do not commute with runs.
    const renames = fc.constantFrom([2, 3, 4], [1, 5, 9], [10, 20, 30])
    fc.assert(
      fc.property(schedules, renames, (choices, ids) => {
        const rename: Rename = (node) => ids[node - 1] ?? node
        for (const recording of record(choices)) {
          const plain = replay(recording, definition.create(recording.init), (engine) => engine)
          const renamed = replay(
            recording,
            definition.create(renameInit(recording.init, rename)),
            (engine) => engine,
            rename,
          )
          const state = definition.renameState(plain.engine.capture(), rename)
          expect(encodeCanonical(state)).toEqual(encodeCanonical(renamed.engine.capture()))
          const same: Rename = (node) => node
          const expected = plain.outputs.map((output) =>
            renameOutput(output, rename, renameMessageWith(rename)),
          )
          expect(
            renamed.outputs.map((output) => renameOutput(output, same, renameMessageWith(same))),
          ).toEqual(expected)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('renamed there and back is what it was, in any way', () => {
    const there = [0, 30, 10, 20]
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const { engine } = replay(recording, definition.create(recording.init), (same) => same)
          const renamed = definition.renameState(engine.capture(), (node) => there[node]!)
          const back = definition.renameState(renamed, (node) => there.indexOf(node))
          expect(encodeCanonical(back)).toEqual(encodeCanonical(engine.capture()))
        }
      }),
      { numRuns: 5 },
    )
  })
})
