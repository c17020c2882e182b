import {
  type Engine,
  type EngineDefinition,
  type EngineInit,
  type Input,
  type Instant,
  type Output,
  type Rename,
  renameEntry,
  renameMembership,
  renameMeta,
  type RequestId,
} from '@quorate/core'
import { encodeHardState } from '../../../src/multi/disk/hard-state.ts'
import { decodeHardState, type PaxosMessage } from '../../../src/index.ts'

/** What one engine was given, in order. A missing input is a `take`. */
export interface Recording {
  readonly init: EngineInit
  readonly inputs: ({ readonly input: Input<PaxosMessage>; readonly at: Instant } | undefined)[]
  readonly outputs: Output<PaxosMessage>[]
}

/** A definition that notes what each of its engines is given and gives. */
export function recorded(definition: EngineDefinition<PaxosMessage>): {
  definition: EngineDefinition<PaxosMessage>
  recordings: Recording[]
} {
  const recordings: Recording[] = []
  const create = (init: EngineInit): Engine<PaxosMessage> => {
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

export function renameInit(init: EngineInit, rename: Rename): EngineInit {
  const { image, snapshot } = init
  const { base, entries, ballots } = image
  return {
    ...init,
    self: rename(init.self),
    membership: renameMembership(init.membership, rename),
    snapshot: snapshot === undefined ? undefined : renameMeta(snapshot, rename),
    image: {
      ...image,
      hardState: renameHardState(image.hardState, rename),
      base: base === undefined ? undefined : renameMeta(base, rename),
      entries: entries.map((entry) => renameEntry(entry, rename)),
      ballots: new Map(
        [...ballots].map(([slot, { round, node }]) => [slot, { round, node: rename(node) }] as const),
      ),
    },
  }
}

export function renameHardState(bytes: Uint8Array | undefined, rename: Rename): Uint8Array | undefined {
  if (bytes === undefined) return undefined
  const { promised, chosen } = decodeHardState(bytes)
  const node = promised.node === 0 ? 0 : rename(promised.node)
  return encodeHardState({ promised: { round: promised.round, node }, chosen })
}

function renameRequest({ replica, sequence }: RequestId, rename: Rename): RequestId {
  return { replica: rename(replica), sequence }
}

/** An input with every replica's id replaced. */
export function renameInput(
  input: Input<PaxosMessage>,
  rename: Rename,
  renameMessage: (message: PaxosMessage) => PaxosMessage,
): Input<PaxosMessage> {
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
    case 'snapshotBuilt':
      return { ...input, meta: renameMeta(input.meta, rename) }
    case 'snapshotSent':
      return { ...input, to: rename(input.to), meta: renameMeta(input.meta, rename) }
    case 'snapshotFailed':
      return { ...input, to: rename(input.to) }
    case 'timeout':
    case 'persisted':
    case 'persistFailed':
    case 'applied':
    case 'fetched':
    case 'reconfigure':
    case 'transfer':
      return input
  }
}

/** An output with every replica's id replaced, as plain data. */
export function renameOutput(
  output: Output<PaxosMessage>,
  rename: Rename,
  renameMessage: (message: PaxosMessage) => PaxosMessage,
): unknown {
  const envelopes = (list: readonly { to: number; message: PaxosMessage }[]): unknown[] =>
    list.map(({ to, message }) => ({ to: rename(to), message: renameMessage(message) }))
  return {
    send: envelopes(output.send),
    sendAfter: output.sendAfter.map(({ token, envelopes: held }) => ({ token, envelopes: envelopes(held) })),
    token: output.persist?.token,
    operations: output.persist?.operations.map(({ type }) => type),
    hardStates: output.persist?.operations.flatMap((operation) =>
      operation.type === 'setHardState' ? [renameHardState(operation.bytes, rename)] : [],
    ),
    apply: output.apply.map((entry) => renameEntry(entry, rename)),
    replies: output.replies.map((reply) =>
      'leader' in reply && reply.leader !== undefined ? { ...reply, leader: rename(reply.leader) } : reply,
    ),
    timers: output.timers,
    resets: output.resets.map(rename),
  }
}
