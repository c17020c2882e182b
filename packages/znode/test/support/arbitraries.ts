import fc from 'fast-check'
import {
  znodeErrorNumbers,
  type MultiOperationResult,
  type Stat,
  type ZnodeAnswer,
  type ZnodeChange,
  type ZnodeCommand,
  type ZnodeError,
  type ZnodeErrorCode,
  type ZnodeQuery,
  type ZnodeResult,
  type Zxid,
} from '../../src/index.ts'

const options = { noNullPrototype: true } as const

const goodPath = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
  .map((names) => `/${names.join('/')}`)
const oddPath = fc.constantFrom(
  '',
  '/',
  '//',
  'a',
  'a/b',
  '/a/',
  '/a//b',
  '/.',
  '/a/..',
  '/a/.b',
  '/\0',
  '/a/\u0001',
  '/\u{1f600}',
  '/é',
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/config',
  '/zookeeper/a',
  '/zookeeper/',
  '/a0000000000',
  '/a/0000000001',
)
const path = fc.oneof({ weight: 8, arbitrary: goodPath }, { weight: 2, arbitrary: oddPath })
const data = fc.option(fc.uint8Array({ maxLength: 6 }), { nil: null })
const version = fc.oneof(
  { weight: 3, arbitrary: fc.constant(-1) },
  { weight: 2, arbitrary: fc.integer({ min: -2, max: 3 }) },
)

const create = fc.record(
  {
    type: fc.constant('create' as const),
    path,
    data,
    mode: fc.constantFrom('PERSISTENT' as const, 'PERSISTENT' as const, 'PERSISTENT_SEQUENTIAL' as const),
  },
  options,
)
const setData = fc.record({ type: fc.constant('setData' as const), path, data, version }, options)
const remove = fc.record({ type: fc.constant('delete' as const), path, version }, options)
const check = fc.record({ type: fc.constant('check' as const), path, version }, options)
const operation = fc.oneof({ weight: 4, arbitrary: create }, setData, remove, check)

export const command: fc.Arbitrary<ZnodeCommand> = fc.oneof(
  { weight: 5, arbitrary: create },
  { weight: 2, arbitrary: setData },
  { weight: 3, arbitrary: remove },
  {
    weight: 3,
    arbitrary: fc.record(
      { type: fc.constant('multi' as const), operations: fc.array(operation, { maxLength: 5 }) },
      options,
    ),
  },
)
export const query: fc.Arbitrary<ZnodeQuery> = fc.oneof(
  fc.record(
    { type: fc.constantFrom('exists' as const, 'getData' as const, 'getChildren' as const), path },
    options,
  ),
  fc.constant({ type: 'status' as const }),
)
/** Epoch and time of an entry: mostly growing, sometimes back. */
export const moment: fc.Arbitrary<{ readonly epoch: number; readonly time: number }> = fc.record(
  { epoch: fc.integer({ min: 1, max: 4 }), time: fc.nat(2 ** 41) },
  options,
)

const count = fc.nat(2 ** 40)
const int32 = fc.integer()
const zxid: fc.Arbitrary<Zxid> = fc.record({ epoch: count, counter: count }, options)
const text = fc.string({ unit: 'grapheme' })
const session = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((id) => `0x${id.toString(16)}`)
const stat: fc.Arbitrary<Stat> = fc.record(
  {
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctime: count,
    mtime: count,
    version: int32,
    cversion: int32,
    aversion: int32,
    ephemeralOwner: session,
    dataLength: fc.nat(),
    numChildren: fc.nat(),
  },
  options,
)
const codes = Object.keys(znodeErrorNumbers) as ZnodeErrorCode[]
const error: fc.Arbitrary<ZnodeError> = fc.record(
  { type: fc.constant('error' as const), zxid, error: fc.constantFrom(...codes) },
  options,
)
const created = fc.record({ type: fc.constant('create' as const), zxid, path: text, stat }, options)
const dataSet = fc.record({ type: fc.constant('setData' as const), zxid, stat }, options)
const deleted = fc.record({ type: fc.constant('delete' as const), zxid }, options)
const checked = fc.record({ type: fc.constant('check' as const), zxid }, options)
const one: fc.Arbitrary<MultiOperationResult> = fc.oneof(created, dataSet, deleted, checked, error)

export const result: fc.Arbitrary<ZnodeResult> = fc.oneof(
  created,
  dataSet,
  deleted,
  error,
  fc.record(
    { type: fc.constant('multi' as const), zxid, committed: fc.boolean(), results: fc.array(one) },
    options,
  ),
)
export const answer: fc.Arbitrary<ZnodeAnswer> = fc.oneof(
  error,
  fc.record({ type: fc.constant('exists' as const), zxid, stat }, options),
  fc.record({ type: fc.constant('getData' as const), zxid, data, stat }, options),
  fc.record({ type: fc.constant('getChildren' as const), zxid, children: fc.array(text), stat }, options),
  fc.record({ type: fc.constant('status' as const), zxid, time: count, nodes: count }, options),
)
export const change: fc.Arbitrary<ZnodeChange> = fc.record(
  {
    type: fc.constantFrom('created', 'deleted', 'dataChanged', 'childrenChanged'),
    path: text,
    zxid,
  },
  options,
)
