import type { Random } from '@quorate/conformance'
import type { MultiOperation, ZnodeCommand, ZnodeQuery } from '../../src/index.ts'

const oddPaths = [
  '',
  '/',
  '//',
  'a',
  '/a/',
  '/a//b',
  '/a/..',
  '/\0',
  '/a/\u0001',
  '/\u{1f600}',
  '/é',
  '/zookeeper',
  '/zookeeper/quota',
  '/zookeeper/a',
  '/a0000000000',
  '/a/0000000001',
]

/** A path of few, so that commands meet; sometimes one that is none. */
function path(random: Random): string {
  if (random.chance(0.2)) return random.pick(oddPaths)
  return `/${Array.from({ length: random.integer(1, 3) }, () => random.pick(['a', 'b'])).join('/')}`
}

function data(random: Random): Uint8Array | null {
  if (random.chance(0.3)) return null
  return Uint8Array.from({ length: random.integer(0, 6) }, () => random.integer(0, 255))
}

function version(random: Random): number {
  return random.chance(0.6) ? -1 : random.integer(-2, 3)
}

function create(random: Random): ZnodeCommand & MultiOperation {
  const mode = random.pick(['PERSISTENT', 'PERSISTENT', 'PERSISTENT_SEQUENTIAL'] as const)
  return { type: 'create', path: path(random), data: data(random), mode }
}

function setData(random: Random): ZnodeCommand & MultiOperation {
  return { type: 'setData', path: path(random), data: data(random), version: version(random) }
}

function remove(random: Random): ZnodeCommand & MultiOperation {
  return { type: 'delete', path: path(random), version: version(random) }
}

function operation(random: Random): MultiOperation {
  const kind = random.integer(0, 6)
  if (kind < 4) return create(random)
  if (kind < 5) return setData(random)
  if (kind < 6) return remove(random)
  return { type: 'check', path: path(random), version: version(random) }
}

/** Any command, often one that is refused. */
export function anyCommand(random: Random): ZnodeCommand {
  const kind = random.integer(0, 12)
  if (kind < 5) return create(random)
  if (kind < 7) return setData(random)
  if (kind < 10) return remove(random)
  return { type: 'multi', operations: Array.from({ length: random.integer(0, 5) }, () => operation(random)) }
}

export function anyQuery(random: Random): ZnodeQuery {
  if (random.chance(0.05)) return { type: 'status' }
  return { type: random.pick(['exists', 'getData', 'getChildren'] as const), path: path(random) }
}
