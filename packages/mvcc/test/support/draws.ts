import type { Random } from '@quorate/conformance'
import type {
  Compare,
  DeleteRangeCommand,
  MvccCommand,
  MvccQuery,
  PutCommand,
  RangeQuery,
} from '../../src/index.ts'

const keyBytes = [0, 1, 97, 98, 0x80, 0xff]
const noBytes = new Uint8Array(0)

/** A key of few: they collide, are prefixes of each other and lie at both ends of the byte range; seldom empty. */
function key(random: Random): Uint8Array {
  if (random.chance(0.03)) return noBytes
  return Uint8Array.from({ length: random.integer(1, 2) }, () => random.pick(keyBytes))
}

function rangeEnd(random: Random): Uint8Array | undefined {
  if (random.chance(0.4)) return undefined
  return random.chance(0.3) ? Uint8Array.of(0) : key(random)
}

function value(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.integer(0, 6) }, () => random.integer(0, 255))
}

function put(random: Random): PutCommand {
  return { type: 'put', key: key(random), value: value(random), prevKv: random.chance(0.5) }
}

function deleteRange(random: Random): DeleteRangeCommand {
  return { type: 'deleteRange', key: key(random), rangeEnd: rangeEnd(random), prevKv: random.chance(0.5) }
}

function range(random: Random): RangeQuery {
  return {
    type: 'range',
    key: key(random),
    rangeEnd: rangeEnd(random),
    limit: random.integer(-1, 4),
    revision: random.chance(0.4) ? 0 : random.integer(-1, 40),
    countOnly: random.chance(0.2),
    keysOnly: random.chance(0.2),
    order: random.pick(['ascend', 'descend']),
  }
}

function compare(random: Random): Compare {
  const common = {
    key: key(random),
    rangeEnd: rangeEnd(random),
    operator: random.pick(['=', '!=', '<', '>'] as const),
  }
  if (random.chance(0.3)) return { ...common, target: 'value', value: value(random) }
  const target = random.pick(['version', 'createRevision', 'modRevision'] as const)
  return { ...common, target, value: random.integer(-1, 20) }
}

function branch(random: Random): (PutCommand | DeleteRangeCommand | RangeQuery)[] {
  return Array.from({ length: random.integer(0, 4) }, () =>
    random.pick([put, put, deleteRange, range])(random),
  )
}

/** Any command, often one that is refused. */
export function anyCommand(random: Random): MvccCommand {
  const kind = random.integer(0, 13)
  if (kind < 6) return put(random)
  if (kind < 9) return deleteRange(random)
  if (kind === 13) return { type: 'compact', revision: random.integer(-1, 40) }
  const conditions = Array.from({ length: random.integer(0, 2) }, () => compare(random))
  return { type: 'txn', compare: conditions, success: branch(random), failure: branch(random) }
}

export function anyQuery(random: Random): MvccQuery {
  return random.chance(0.05) ? { type: 'status' } : range(random)
}
