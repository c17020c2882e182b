import fc from 'fast-check'
import type {
  Compare,
  CompactCommand,
  DeleteRangeCommand,
  KeyValue,
  MvccAnswer,
  MvccChange,
  MvccCommand,
  MvccError,
  MvccResult,
  PutCommand,
  RangeAnswer,
  RangeQuery,
  TxnCommand,
  TxnResponse,
} from '../../src/index.ts'

const options = { noNullPrototype: true } as const

/** Few keys that collide, are prefixes of each other and lie at both ends of the byte range. */
export const key: fc.Arbitrary<Uint8Array> = fc
  .array(fc.constantFrom(0, 1, 97, 98, 0x80, 0xff), { minLength: 1, maxLength: 3 })
  .map((bytes) => Uint8Array.from(bytes))
const maybeEmptyKey = fc.oneof(
  { weight: 30, arbitrary: key },
  { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
)
const rangeEnd = fc.option(fc.oneof(key, fc.constant(Uint8Array.of(0))), { nil: undefined })
const value = fc.uint8Array({ maxLength: 6 })
const revision = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: -1, max: 40 }) },
)

const put: fc.Arbitrary<PutCommand> = fc.record(
  { type: fc.constant('put' as const), key: maybeEmptyKey, value, prevKv: fc.boolean() },
  options,
)
const deleteRange: fc.Arbitrary<DeleteRangeCommand> = fc.record(
  { type: fc.constant('deleteRange' as const), key: maybeEmptyKey, rangeEnd, prevKv: fc.boolean() },
  options,
)
export const range: fc.Arbitrary<RangeQuery> = fc.record(
  {
    type: fc.constant('range' as const),
    key: maybeEmptyKey,
    rangeEnd,
    limit: fc.integer({ min: -1, max: 4 }),
    revision,
    countOnly: fc.boolean(),
    keysOnly: fc.boolean(),
    order: fc.constantFrom('ascend' as const, 'descend' as const),
  },
  options,
)
const operator = fc.constantFrom('=' as const, '!=' as const, '<' as const, '>' as const)
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record(
    { target: fc.constant('value' as const), key: maybeEmptyKey, rangeEnd, operator, value },
    options,
  ),
  fc.record(
    {
      target: fc.constantFrom('version' as const, 'createRevision' as const, 'modRevision' as const),
      key: maybeEmptyKey,
      rangeEnd,
      operator,
      value: fc.integer({ min: -1, max: 20 }),
    },
    options,
  ),
)
const branch = fc.array(fc.oneof({ weight: 3, arbitrary: put }, deleteRange, range), { maxLength: 4 })
const txn: fc.Arbitrary<TxnCommand> = fc.record(
  {
    type: fc.constant('txn' as const),
    compare: fc.array(compare, { maxLength: 2 }),
    success: branch,
    failure: branch,
  },
  options,
)
const compact: fc.Arbitrary<CompactCommand> = fc.record(
  { type: fc.constant('compact' as const), revision: fc.integer({ min: -1, max: 40 }) },
  options,
)

export const command: fc.Arbitrary<MvccCommand> = fc.oneof(
  { weight: 6, arbitrary: put },
  { weight: 3, arbitrary: deleteRange },
  { weight: 4, arbitrary: txn },
  { weight: 1, arbitrary: compact },
)

const count = fc.nat(2 ** 40)
const bytes = fc.uint8Array({ maxLength: 20 })
const keyValue: fc.Arbitrary<KeyValue> = fc.record(
  { key: bytes, createRevision: count, modRevision: count, version: count, value: bytes },
  options,
)
const maybeKeyValue = fc.option(keyValue, { nil: undefined })
const error: fc.Arbitrary<MvccError> = fc.record(
  {
    type: fc.constant('error' as const),
    code: fc.constantFrom('EMPTY_KEY', 'DUPLICATE_KEY', 'COMPACTED', 'FUTURE_REVISION'),
    revision: count,
    compactRevision: fc.integer({ min: -1 }),
  },
  options,
)
const rangeAnswer: fc.Arbitrary<RangeAnswer> = fc.record(
  {
    type: fc.constant('range' as const),
    revision: count,
    kvs: fc.array(keyValue),
    more: fc.boolean(),
    count,
  },
  options,
)
const response: fc.Arbitrary<TxnResponse> = fc.oneof(
  fc.record({ type: fc.constant('put' as const), revision: count, prevKv: maybeKeyValue }, options),
  fc.record(
    {
      type: fc.constant('deleteRange' as const),
      revision: count,
      deleted: count,
      prevKvs: fc.array(keyValue),
    },
    options,
  ),
  rangeAnswer,
)

export const result: fc.Arbitrary<MvccResult> = fc.oneof(
  response.filter((one) => one.type !== 'range'),
  fc.record(
    {
      type: fc.constant('txn' as const),
      revision: count,
      succeeded: fc.boolean(),
      responses: fc.array(response),
    },
    options,
  ),
  fc.record({ type: fc.constant('compact' as const), revision: count }, options),
  error,
)
export const answer: fc.Arbitrary<MvccAnswer> = fc.oneof(
  rangeAnswer,
  error,
  fc.record(
    {
      type: fc.constant('status' as const),
      revision: count,
      compactRevision: fc.integer({ min: -1 }),
      keys: count,
    },
    options,
  ),
)
export const change: fc.Arbitrary<MvccChange> = fc.record(
  {
    type: fc.constantFrom('put' as const, 'delete' as const),
    revision: count,
    kv: keyValue,
    prev: maybeKeyValue,
  },
  options,
)
