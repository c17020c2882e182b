import { compareBytes } from '@quorate/core'
import type {
  Compare,
  DeleteRangeCommand,
  DeleteRangeResult,
  KeyValue,
  MvccAnswer,
  MvccChange,
  MvccCommand,
  MvccError,
  MvccErrorCode,
  MvccQuery,
  MvccResult,
  PutCommand,
  PutResult,
  RangeAnswer,
  RangeQuery,
  TxnCommand,
  TxnResponse,
} from '../../src/index.ts'

/** One change as the model remembers it: for ever. */
interface Write {
  readonly revision: number
  readonly key: Uint8Array
  readonly kv: KeyValue | undefined
}

const nothing = new Uint8Array(0)

/** The rules of the store in the plainest words: a list of all writes ever, searched from its end. */
export class NaiveModel {
  private readonly writes: Write[] = []
  private revision = 1
  private compacted = -1
  private changed = 0
  changes: MvccChange[] = []

  apply(command: MvccCommand): MvccResult {
    this.changes = []
    this.changed = 0
    const outcome = this.run(command)
    this.revision = this.header
    this.changed = 0
    return typeof outcome === 'string' ? this.error(outcome) : outcome
  }

  query(query: MvccQuery): MvccAnswer {
    if (query.type === 'range') {
      const refusal = this.refuseRange(query)
      return refusal === undefined ? this.range(query) : this.error(refusal)
    }
    const keys = this.live({ key: Uint8Array.of(0), rangeEnd: Uint8Array.of(0) }, Infinity).length
    const empty = this.at(nothing, Infinity) === undefined ? 0 : 1
    return { type: 'status', revision: this.revision, compactRevision: this.compacted, keys: keys + empty }
  }

  private run(command: MvccCommand): MvccResult | MvccErrorCode {
    switch (command.type) {
      case 'put':
        return command.key.length === 0 ? 'EMPTY_KEY' : this.put(command)
      case 'deleteRange':
        return command.key.length === 0 ? 'EMPTY_KEY' : this.deleteRange(command)
      case 'txn':
        return this.txn(command)
      case 'compact':
        if (command.revision <= this.compacted) return 'COMPACTED'
        if (command.revision > this.revision) return 'FUTURE_REVISION'
        this.compacted = command.revision
        return { type: 'compact', revision: this.revision }
    }
  }

  private get header(): number {
    return this.revision + (this.changed > 0 ? 1 : 0)
  }

  private put({ key, value, prevKv }: PutCommand): PutResult {
    const prev = this.at(key, Infinity)
    const revision = this.revision + 1
    const createRevision = prev?.createRevision ?? revision
    const kv = { key, createRevision, modRevision: revision, version: (prev?.version ?? 0) + 1, value }
    this.writes.push({ revision, key, kv })
    this.changes.push({ type: 'put', revision, kv, prev })
    this.changed++
    return { type: 'put', revision: this.header, prevKv: prevKv === true ? prev : undefined }
  }

  private deleteRange(command: DeleteRangeCommand): DeleteRangeResult {
    const doomed = this.live(command, Infinity)
    const revision = this.revision + 1
    for (const prev of doomed) {
      this.writes.push({ revision, key: prev.key, kv: undefined })
      const kv = { key: prev.key, createRevision: 0, modRevision: revision, version: 0, value: nothing }
      this.changes.push({ type: 'delete', revision, kv, prev })
      this.changed++
    }
    const prevKvs = command.prevKv === true ? doomed : []
    return { type: 'deleteRange', revision: this.header, deleted: doomed.length, prevKvs }
  }

  private txn({ compare, success, failure }: TxnCommand): MvccResult | MvccErrorCode {
    if ([...compare, ...success, ...failure].some((part) => part.key.length === 0)) return 'EMPTY_KEY'
    for (const branch of [success, failure]) {
      const puts = branch.filter((operation) => operation.type === 'put')
      const deletes = branch.filter((operation) => operation.type === 'deleteRange')
      for (const put of puts) {
        const twice = puts.filter((other) => compareBytes(other.key, put.key) === 0).length > 1
        if (twice || deletes.some((range) => within(range, put.key))) return 'DUPLICATE_KEY'
      }
    }
    const succeeded = compare.every((condition) => this.holds(condition))
    const branch = succeeded ? success : failure
    for (const operation of branch) {
      const refusal = operation.type === 'range' ? this.refuseRange(operation) : undefined
      if (refusal !== undefined) return refusal
    }
    const responses: TxnResponse[] = []
    for (const operation of branch) {
      if (operation.type === 'put') responses.push(this.put(operation))
      else if (operation.type === 'deleteRange') responses.push(this.deleteRange(operation))
      else responses.push(this.range(operation))
    }
    return { type: 'txn', revision: this.header, succeeded, responses }
  }

  private holds(condition: Compare): boolean {
    const kvs = this.live(condition, Infinity)
    if (kvs.length === 0) {
      return condition.target !== 'value' && relates(0, condition.operator, condition.value)
    }
    return kvs.every((kv) =>
      condition.target === 'value'
        ? relates(compareBytes(kv.value, condition.value), condition.operator, 0)
        : relates(kv[condition.target], condition.operator, condition.value),
    )
  }

  private refuseRange({ key, revision = 0 }: RangeQuery): MvccErrorCode | undefined {
    if (key.length === 0) return 'EMPTY_KEY'
    if (revision <= 0) return undefined
    if (revision > this.revision) return 'FUTURE_REVISION'
    return revision < this.compacted ? 'COMPACTED' : undefined
  }

  private range(query: RangeQuery): RangeAnswer {
    const { limit = 0, revision = 0 } = query
    const all = this.live(query, revision > 0 ? revision : Infinity)
    if (query.order === 'descend') all.reverse()
    const kept = query.countOnly === true ? [] : limit > 0 ? all.slice(0, limit) : all
    return {
      type: 'range',
      revision: this.header,
      kvs: query.keysOnly === true ? kept.map((kv) => ({ ...kv, value: nothing })) : kept,
      more: query.countOnly !== true && kept.length < all.length,
      count: all.length,
    }
  }

  private live(
    range: { readonly key: Uint8Array; readonly rangeEnd?: Uint8Array | undefined },
    revision: number,
  ) {
    const found: KeyValue[] = []
    for (const { key } of this.writes) {
      const kv = this.at(key, revision)
      if (kv === undefined || !within(range, key)) continue
      if (!found.some((other) => compareBytes(other.key, key) === 0)) found.push(kv)
    }
    return found.sort((a, b) => compareBytes(a.key, b.key))
  }

  private at(key: Uint8Array, revision: number): KeyValue | undefined {
    return this.writes.findLast((write) => write.revision <= revision && compareBytes(write.key, key) === 0)
      ?.kv
  }

  private error(code: MvccErrorCode): MvccError {
    return { type: 'error', code, revision: this.revision, compactRevision: this.compacted }
  }
}

function within(
  range: { readonly key: Uint8Array; readonly rangeEnd?: Uint8Array | undefined },
  key: Uint8Array,
): boolean {
  const { rangeEnd } = range
  if (rangeEnd === undefined || rangeEnd.length === 0) return compareBytes(key, range.key) === 0
  if (compareBytes(key, range.key) < 0) return false
  return (rangeEnd.length === 1 && rangeEnd[0] === 0) || compareBytes(key, rangeEnd) < 0
}

function relates(left: number, operator: Compare['operator'], right: number): boolean {
  if (operator === '=') return left === right
  if (operator === '!=') return left !== right
  return operator === '<' ? left < right : left > right
}
