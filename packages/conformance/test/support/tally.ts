import {
  type ApplyContext,
  type ChangeSink,
  type MachineDefinition,
  type SnapshotSource,
  type StateMachine,
  QuorateError,
  concatenate,
  finish,
  mixInteger,
  mixString,
} from '@quorate/core'
import { structuredCodec } from '@quorate/codec'
import type { Random } from '@quorate/sim'
import type { MachineSubject } from '../../src/index.ts'

export type TallyCommand =
  | { readonly type: 'add'; readonly name: string; readonly amount: number }
  | { readonly type: 'clear'; readonly name: string }

export type TallyResult = { readonly ok: boolean; readonly total: number; readonly time: number }
export type TallyQuery = { readonly name: string }
export type TallyAnswer = { readonly total: number; readonly names: readonly string[]; readonly time: number }
export type TallyChange = { readonly name: string; readonly total: number }

export type TallyMachine = StateMachine<TallyCommand, TallyResult, TallyQuery, TallyAnswer, TallyChange>
export type TallyDefinition = MachineDefinition<
  TallyCommand,
  TallyResult,
  TallyQuery,
  TallyAnswer,
  TallyChange
>
export type TallySubject = MachineSubject<TallyCommand, TallyResult, TallyQuery, TallyAnswer, TallyChange>

interface TallyState {
  readonly time: number
  readonly totals: readonly (readonly [string, number])[]
}

function codec<T>(name: string) {
  return structuredCodec<T>({ name, version: 1, structures: [], unlisted: 'map' })
}

const stateCodec = codec<TallyState>('a tally')

/** A right machine to make mistakes in: totals by name, and the running maximum of time. */
export class Tally implements TallyMachine {
  totals: Map<string, number> = new Map()
  time = 0

  apply(command: TallyCommand, at: ApplyContext, changes: ChangeSink<TallyChange>): TallyResult {
    const { name } = command
    this.time = Math.max(this.time, at.time)
    const before = this.totals.get(name) ?? 0
    const amount = command.type === 'add' ? Number(command.amount) : -before
    const isAllowed = typeof name === 'string' && Number.isSafeInteger(amount) && Math.abs(amount) < 1e6
    if (!isAllowed) return { ok: false, total: before, time: this.time }
    const total = before + amount
    if (total === 0) this.totals.delete(name)
    else this.totals.set(name, total)
    changes.push({ name, total })
    return { ok: true, total, time: this.time }
  }

  query({ name }: TallyQuery): TallyAnswer {
    return { total: this.totals.get(name) ?? 0, names: [...this.totals.keys()].sort(), time: this.time }
  }

  snapshot(): SnapshotSource {
    const bytes = stateCodec.encode({ time: this.time, totals: this.sorted() })
    return sourceOf(bytes)
  }

  restore(chunks: Iterable<Uint8Array>): void {
    const { time, totals } = stateCodec.decode(concatenate([...chunks])) as Partial<TallyState>
    if (typeof time !== 'number' || !Array.isArray(totals) || !totals.every(isTotal)) {
      throw new QuorateError('DECODE', 'cannot decode a tally: it has other fields')
    }
    this.time = time
    this.totals = new Map(totals)
  }

  private sorted(): (readonly [string, number])[] {
    return [...this.totals].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  digest(): number {
    let hash = mixInteger(0, this.time)
    for (const [name, total] of this.sorted()) hash = mixInteger(mixString(hash, name), total)
    return finish(hash)
  }
}

function isTotal(entry: unknown): entry is readonly [string, number] {
  return (
    Array.isArray(entry) &&
    entry.length === 2 &&
    typeof entry[0] === 'string' &&
    Number.isSafeInteger(entry[1])
  )
}

/** The bytes in pieces of 64. */
export function sourceOf(bytes: Uint8Array): SnapshotSource {
  let offset = 0
  return {
    next() {
      if (offset >= bytes.length) return undefined
      offset += 64
      return bytes.subarray(offset - 64, offset)
    },
    close() {},
  }
}

export function tallyDefinition(create: () => TallyMachine = () => new Tally()): TallyDefinition {
  return {
    name: 'tally',
    version: 1,
    codecs: {
      command: guarded(codec<TallyCommand>('a command'), 'name'),
      result: codec('a result'),
      query: guarded(codec<TallyQuery>('a query'), 'name'),
      answer: codec('an answer'),
      change: codec('a change'),
    },
    create,
  }
}

/** A codec that takes nothing but objects with that field. */
function guarded<T>(inner: ReturnType<typeof codec<T>>, field: string) {
  return {
    encode: (value: T) => inner.encode(value),
    decode(bytes: Uint8Array): T {
      const value = inner.decode(bytes)
      if (typeof value === 'object' && value !== null && field in value) return value
      throw new QuorateError('DECODE', `cannot decode this: it has no ${field}`)
    },
  }
}

const names = ['a', 'b', 'c', 'd', 'e', 'ab', '']

/** A tally to be checked. */
export function tallySubject(definition: TallyDefinition): TallySubject {
  return {
    definition,
    command(random: Random) {
      const name = random.pick(names)
      if (random.chance(0.2)) return { type: 'clear', name }
      return { type: 'add', name, amount: random.chance(0.1) ? 2e6 : random.integer(-9, 9) }
    },
    query: (random: Random) => ({ name: random.pick(names) }),
  }
}
