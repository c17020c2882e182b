import {
  type Engine,
  type EngineDefinition,
  type EngineInit,
  type Entry,
  type Input,
  type Instant,
  type Membership,
  majorityOf,
  type NodeId,
  type Output,
  type RequestId,
  type SnapshotMeta,
  votersOf,
} from '@quorate/core'
import type { RaftMessage } from '../../src/index.ts'

/** What one engine was given, in order. A missing input is a `take`. */
export interface Recording {
  readonly init: EngineInit
  readonly inputs: ({ readonly input: Input<RaftMessage>; readonly at: Instant } | undefined)[]
  readonly outputs: Output<RaftMessage>[]
}

/** A definition that notes what each of its engines is given and gives. */
export function recorded(definition: EngineDefinition<RaftMessage>): {
  definition: EngineDefinition<RaftMessage>
  recordings: Recording[]
} {
  const recordings: Recording[] = []
  const create = (init: EngineInit): Engine<RaftMessage> => {
    const engine = definition.create(init)
    const recording: Recording = { init, inputs: [], outputs: [] }
    recordings.push(recording)
    return {
      step(input, at) {
        recording.inputs.push({ input, at })
        engine.step(input, at)
      },
      take() {
        recording.inputs.push(undefined)
        const output = engine.take()
        recording.outputs.push(output)
        return output
      },
      observe: () => engine.observe(),
      capture: () => engine.capture(),
    }
  }
  return { definition: { ...definition, create }, recordings }
}

type Rename = (node: NodeId) => NodeId

export function renameInit(init: EngineInit, rename: Rename): EngineInit {
  const { base, entries } = init.image
  return {
    ...init,
    self: rename(init.self),
    membership: renameMembership(init.membership, rename),
    image: {
      ...init.image,
      hardState: renameHardState(init.image.hardState, rename),
      base: base === undefined ? undefined : renameMeta(base, rename),
      entries: entries.map((entry) => renameEntry(entry, rename)),
    },
  }
}

/** The vote is the last four bytes. */
function renameHardState(bytes: Uint8Array | undefined, rename: Rename): Uint8Array | undefined {
  if (bytes === undefined) return undefined
  const renamed = bytes.slice()
  if (bytes[9] !== 0) renamed[9] = rename(bytes[9]!)
  return renamed
}

export function renameEntry(entry: Entry, rename: Rename): Entry {
  const { request } = entry
  return { ...entry, encoded: undefined, request: request && renameRequest(request, rename) }
}

export function renameMeta(meta: SnapshotMeta, rename: Rename): SnapshotMeta {
  return { ...meta, membership: renameMembership(meta.membership, rename) }
}

function renameMembership(membership: Membership, rename: Rename): Membership {
  return majorityOf(votersOf(membership).map(rename), membership.observers.map(rename))
}

function renameRequest({ replica, sequence }: RequestId, rename: Rename): RequestId {
  return { replica: rename(replica), sequence }
}

/** An input with every replica's id replaced. */
export function renameInput(
  input: Input<RaftMessage>,
  rename: Rename,
  renameMessage: (message: RaftMessage) => RaftMessage,
): Input<RaftMessage> {
  switch (input.type) {
    case 'receive':
      return { ...input, from: rename(input.from), message: renameMessage(input.message) }
    case 'snapshotReceived':
      return { ...input, from: rename(input.from), meta: renameMeta(input.meta, rename) }
    case 'peerUp':
    case 'peerDown':
      return { ...input, peer: rename(input.peer) }
    case 'propose':
    case 'read':
      return { ...input, request: renameRequest(input.request, rename) }
    case 'fetched':
      return { ...input, entries: input.entries.map((entry) => renameEntry(entry, rename)) }
    case 'snapshotBuilt':
      return { ...input, meta: renameMeta(input.meta, rename) }
    case 'snapshotSent':
    case 'snapshotFailed':
      return { ...input, to: rename(input.to) }
    case 'timeout':
    case 'persisted':
    case 'persistFailed':
    case 'applied':
    case 'reconfigure':
    case 'transfer':
      return input
  }
}
