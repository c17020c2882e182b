import { type Engine, encodeCanonical, type NodeId, type Output } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { raft, type RaftMessage } from '../src/index.ts'
import { anySchedule, Chaos, type Choice } from './support/chaos.ts'
import { type Recording, recorded, renameEntry, renameInit, renameInput } from './support/recording.ts'

const schedules = anySchedule(150, 300)
const options = { maxInflightMessages: 2, maxBatchBytes: 3, memoryTail: 1, compactionTail: 4 }

/** What every engine of a random run was given. */
function record(choices: readonly Choice[]): Recording[] {
  const { definition, recordings } = recorded(raft(options))
  const chaos = new Chaos(3, options, 'calm', definition)
  for (const one of choices) chaos.perform(one)
  return recordings
}

const definition = raft(options)

function replay(
  recording: Recording,
  start: Engine<RaftMessage>,
  afterTake: (engine: Engine<RaftMessage>) => Engine<RaftMessage>,
  rename: (node: NodeId) => NodeId = (node) => node,
): { engine: Engine<RaftMessage>; outputs: Output<RaftMessage>[] } {
  let engine = start
  const outputs: Output<RaftMessage>[] = []
  for (const one of recording.inputs) {
    if (one === undefined) {
      outputs.push(engine.take())
      engine = afterTake(engine)
    } else
      engine.step(
        renameInput(one.input, rename, (message) => definition.renameMessage(message, rename)),
        one.at,
      )
  }
  return { engine, outputs }
}

describe('state', () => {
  it('is a function of the inputs: a second engine given the same gives the same', () => {
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const { outputs } = replay(recording, raft(options).create(recording.init), (engine) => engine)
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
          const afterTake = (engine: Engine<RaftMessage>) =>
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
          replay(recording, raft(options).create(recording.init), (engine) => {
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

  it('renamed, is the state of a renamed run (symmetry)', () => {
    const renames = fc.constantFrom([1, 2, 3], [2, 1, 3], [3, 1, 2], [7, 5, 6], [9, 8, 4])
    fc.assert(
      fc.property(schedules, renames, (choices, ids) => {
        const rename = (node: NodeId): NodeId => ids[node - 1] ?? node
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
          const outputs = plain.outputs.map((output) => renameOutput(output, rename))
          expect(outputs).toEqual(renamed.outputs.map((output) => renameOutput(output, (node) => node)))
        }
      }),
      { numRuns: 15 },
    )
  })

  it('renamed there and back is what it was', () => {
    fc.assert(
      fc.property(schedules, (choices) => {
        for (const recording of record(choices)) {
          const { engine } = replay(recording, definition.create(recording.init), (same) => same)
          const there = definition.renameState(engine.capture(), (node) => node * 10)
          const back = definition.renameState(there, (node) => node / 10)
          expect(encodeCanonical(back)).toEqual(encodeCanonical(engine.capture()))
        }
      }),
      { numRuns: 5 },
    )
  })
})

/** What an output says, apart from the order in which members are gone through. */
function renameOutput(output: Output<RaftMessage>, rename: (node: NodeId) => NodeId): unknown {
  const envelopes = (list: readonly { to: NodeId; message: RaftMessage }[]): unknown[] =>
    list
      .map(({ to, message }) => ({ to: rename(to), message: raft().renameMessage(message, rename) }))
      .sort((a, b) => a.to - b.to)
  return {
    send: envelopes(output.send),
    sendAfter: output.sendAfter.map(({ token, envelopes: held }) => ({ token, envelopes: envelopes(held) })),
    token: output.persist?.token,
    operations: output.persist?.operations.map(({ type }) => type),
    apply: output.apply.map((entry) => renameEntry(entry, rename)),
    replies: output.replies.map((reply) =>
      'leader' in reply && reply.leader !== undefined ? { ...reply, leader: rename(reply.leader) } : reply,
    ),
    timers: output.timers,
    resets: output.resets.map(rename),
  }
}
