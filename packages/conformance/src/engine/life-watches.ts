import {
  type Entry,
  type LogIndex,
  type Message,
  type Output,
  type StorageOperation,
  membersOf,
} from '@quorate/core'
import { messageCodec } from '@quorate/codec'
import { isSame, show } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import type { Life, Watch } from './watched.ts'

/** Applied entries are dense, from behind the snapshot that the machine stands on. */
export class ApplyWatch<M extends Message> implements Watch<M> {
  protected readonly applied: WeakMap<object, LogIndex> = new WeakMap()

  begun(life: Life<M>): void {
    this.applied.set(life.engine, life.init.snapshot?.index ?? 0)
  }

  took({ init, engine }: Life<M>, output: Output<M>): void {
    let last = this.applied.get(engine)!
    for (const order of output.snapshots) {
      if (order.type !== 'install') continue
      const { index } = order.meta
      check(index > last, () => `replica ${init.self} installs a snapshot at ${index}, and stands at ${last}`)
      last = index
    }
    for (const { index } of output.apply) {
      check(index === last + 1, () => `replica ${init.self} applies entry ${index} behind ${last}`)
      last = index
    }
    this.applied.set(engine, last)
  }
}

/** What an engine says of itself fits together. */
export class ObservationWatch<M extends Message> extends ApplyWatch<M> {
  private readonly before = new WeakMap<object, { commit: LogIndex; epoch: number }>()

  override took(life: Life<M>, output: Output<M>): void {
    super.took(life, output)
    const { init, engine } = life
    const seen = engine.observe()
    const { node, epoch, leader, role, established, commitIndex, lastIndex, durableIndex, firstIndex } = seen
    const applied = this.applied.get(engine)!
    const known = this.before.get(engine) ?? { commit: 0, epoch: 0 }
    const rules: readonly (readonly [string, boolean])[] = [
      ['node is its own id', node === init.self],
      ['applied ≤ commit', applied <= commitIndex],
      ['commit ≤ last', commitIndex <= lastIndex],
      ['durable ≤ last', durableIndex <= lastIndex],
      ['first ≤ last + 1', firstIndex >= 1 && firstIndex <= lastIndex + 1],
      ['commit never goes back', commitIndex >= known.commit],
      ['epoch never goes back', epoch >= known.epoch],
      ['the leader is a member', leader === undefined || membersOf(seen.membership).includes(leader)],
      ['who is established leads', !established || (role === 'leader' && leader === node)],
    ]
    const broken = rules.find(([, holds]) => !holds)
    check(broken === undefined, () => `${broken?.[0]}: not so, applied ${applied}, ${show(seen)}`)
    this.before.set(engine, { commit: commitIndex, epoch })
  }
}

/** Operations that may be lost in a crash without harm. */
const harmless: readonly StorageOperation['type'][] = ['compactTo']

/** Persists are numbered, and what waits for one waits for one that there is. */
export class PersistWatch<M extends Message> implements Watch<M> {
  private readonly last = new WeakMap<object, number>()
  private readonly durable = new WeakMap<object, number>()

  stepped({ engine }: Life<M>, input: { type: string; token?: { sequence: number } }): void {
    if (input.type === 'persisted') this.durable.set(engine, input.token!.sequence)
  }

  took({ init, engine }: Life<M>, { persist, sendAfter }: Output<M>): void {
    const where = `replica ${init.self}`
    let last = this.last.get(engine) ?? 0
    if (persist !== undefined) {
      const { sequence } = persist.token
      check(sequence > last, () => `${where}: persist ${sequence} after ${last}`)
      last = sequence
      const types = persist.operations.map(({ type }) => type)
      check(types.length > 0, () => `${where}: a persist of nothing`)
      const needsSync = types.some((type) => !harmless.includes(type))
      check(persist.sync || !needsSync, () => `${where}: ${types.join(', ')} without sync`)
    }
    this.last.set(engine, last)
    const durable = this.durable.get(engine) ?? 0
    for (const { token } of sendAfter) {
      const isOutstanding = token.sequence <= last && token.sequence > durable
      check(
        isOutstanding,
        () => `${where}: messages wait for persist ${token.sequence} of ${durable} to ${last}`,
      )
    }
  }
}

/** Timers have names and ranges; an engine that has just been made sets some. */
export class TimerWatch<M extends Message> implements Watch<M> {
  private readonly begunAt = new WeakSet<object>()

  begun({ engine }: Life<M>): void {
    this.begunAt.add(engine)
  }

  took({ init, engine }: Life<M>, { timers }: Output<M>): void {
    for (const { name, range } of timers) {
      check(typeof name === 'string' && name !== '', () => `replica ${init.self}: a timer without a name`)
      if (range === undefined) continue
      const isRange = Number.isFinite(range.max) && range.min >= 0 && range.min <= range.max
      check(isRange, () => `replica ${init.self}: timer ${name} from ${range.min} to ${range.max} ms`)
    }
    const isFirst = this.begunAt.delete(engine)
    const runs = timers.some(({ range }) => range !== undefined)
    check(!isFirst || runs, () => `replica ${init.self}: its first take sets no timer`)
  }
}

/** Messages have the fields that their shape names, and come through the wire as they were. */
export class ShapeWatch<M extends Message> implements Watch<M> {
  took({ init, definition }: Life<M>, { send, sendAfter, snapshots }: Output<M>): void {
    const codec = messageCodec<M>(definition.shapes)
    const members = membersOf(init.membership)
    const held = sendAfter.flatMap(({ envelopes }) => envelopes)
    const orders = snapshots.flatMap((order) => (order.type === 'send' ? [order] : []))
    for (const { to, message } of [...send, ...held, ...orders]) {
      check(members.includes(to), () => `a message to ${to}, who is no member: ${show(message)}`)
      const shape = definition.shapes[message.type]
      const { type: _, ...fields } = message
      const isFit = shape !== undefined && isSame(Object.keys(fields).sort(), [...shape].sort())
      check(isFit, () => `${show(message)} has not the fields of its shape: ${show(shape)}`)
      const [again] = codec.decode(codec.encode([message], 0))
      check(isSame(again, message), () => `${show(message)} comes through the wire as ${show(again)}`)
      for (const entry of (message as { entries?: readonly Entry[] }).entries ?? [])
        check(entry.index > 0, () => `an entry without an index is sent: ${show(entry)}`)
    }
  }
}
