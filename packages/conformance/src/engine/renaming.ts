import {
  type EngineDefinition,
  type EngineInit,
  type Entry,
  type Input,
  type Membership,
  type Message,
  type NodeId,
  type Output,
  type Reply,
  type SnapshotMeta,
  type SnapshotOrder,
  type StorageOperation,
  decodeMembership,
  encodeMembership,
  renameMembership,
} from '@quorate/core'
import type { Given } from './recording.ts'

/** Gives everything that an engine is given and gives with other ids, as if the replicas had had them from the start. */
export class Renaming<M extends Message> {
  private readonly definition: EngineDefinition<M>
  private readonly name: (node: NodeId) => NodeId

  constructor(definition: EngineDefinition<M>, name: (node: NodeId) => NodeId) {
    this.definition = definition
    this.name = name
  }

  /** Of an engine that starts with an empty log: a hard state cannot be looked into. */
  init(init: EngineInit): EngineInit {
    return { ...init, self: this.name(init.self), membership: this.membership(init.membership) }
  }

  given(given: Given<M>): Given<M> {
    return given === 'take' ? given : { input: this.input(given.input), at: given.at }
  }

  /** What an output says, but for its events and the bytes of a hard state. */
  output(output: Output<M>): unknown {
    const { send, persist, sendAfter, snapshots, apply, replies, timers, resets, fetch } = output
    const envelopes = (list: readonly { to: NodeId; message: M }[]): unknown[] =>
      list.map(({ to, message }) => ({ to: this.name(to), message: this.message(message) }))
    return {
      send: envelopes(send),
      persist: persist && { ...persist, operations: persist.operations.map((each) => this.operation(each)) },
      sendAfter: sendAfter.map(({ token, envelopes: held }) => ({ token, envelopes: envelopes(held) })),
      snapshots: snapshots.map((order) => this.order(order)),
      apply: apply.map((entry) => this.entry(entry)),
      replies: replies.map((reply) => this.reply(reply)),
      timers,
      resets: resets.map(this.name),
      fetch,
    }
  }

  private input(input: Input<M>): Input<M> {
    const { name } = this
    switch (input.type) {
      case 'receive':
        return { ...input, from: name(input.from), message: this.message(input.message) }
      case 'snapshotReceived':
        return {
          ...input,
          from: name(input.from),
          message: this.message(input.message),
          meta: this.meta(input.meta),
        }
      case 'peerUp':
      case 'peerDown':
        return { ...input, peer: name(input.peer) }
      case 'propose':
      case 'read':
        return { ...input, request: { ...input.request, replica: name(input.request.replica) } }
      case 'reconfigure':
      case 'transfer':
        throw new Error(`storms ask for no ${input.type}`)
      case 'fetched':
        return { ...input, entries: input.entries.map((entry) => this.entry(entry)) }
      case 'snapshotBuilt':
        return { ...input, meta: this.meta(input.meta) }
      case 'snapshotSent':
        return { ...input, to: name(input.to), meta: this.meta(input.meta) }
      case 'snapshotFailed':
        return { ...input, to: name(input.to) }
      case 'timeout':
      case 'persisted':
      case 'persistFailed':
      case 'applied':
        return input
    }
  }

  private message(message: M): M {
    return this.definition.renameMessage(message, this.name)
  }

  private entry(entry: Entry): Entry {
    const { request, kind, data } = entry
    return {
      ...entry,
      request: request && { ...request, replica: this.name(request.replica) },
      data: kind === 'membership' ? encodeMembership(this.membership(decodeMembership(data))) : data,
      encoded: undefined,
    }
  }

  private operation(operation: StorageOperation): unknown {
    switch (operation.type) {
      case 'append':
        return { ...operation, entries: operation.entries.map((entry) => this.entry(entry)) }
      case 'accept':
        return {
          ...operation,
          ballot: { ...operation.ballot, node: this.name(operation.ballot.node) },
          entries: operation.entries.map((entry) => this.entry(entry)),
        }
      case 'installSnapshot':
      case 'compactTo':
        return { ...operation, meta: this.meta(operation.meta) }
      case 'setHardState':
        return operation.type
      case 'truncateAfter':
        return operation
    }
  }

  private order(order: SnapshotOrder<M>): unknown {
    if (order.type === 'build') return order
    if (order.type === 'install') return { ...order, meta: this.meta(order.meta) }
    return { ...order, to: this.name(order.to), message: this.message(order.message) }
  }

  private reply(reply: Reply): Reply {
    if (reply.type !== 'rejected' || reply.leader === undefined) return reply
    return { ...reply, leader: this.name(reply.leader) }
  }

  private meta(meta: SnapshotMeta): SnapshotMeta {
    return { ...meta, membership: this.membership(meta.membership) }
  }

  private membership(membership: Membership): Membership {
    return renameMembership(membership, this.name)
  }
}
