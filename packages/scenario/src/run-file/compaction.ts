import { utf8Encode } from '@quorate/codec'

/**
 * A small dictionary compression (LZ77, with a dictionary of what run files are made of): literal bytes, then a copy of
 * what came before, over and over. Counts and distances are numbers of 7 bits a byte, the lowest first.
 */
const dictionary: Uint8Array = utf8Encode(
  'true false direction=in direction=out silent=true moment=elected downtime= period= jump= factor= rate= file=other ' +
    'area= forgets=true crash=false disk 1 disk 2 disk 3 writeDelay= minSync= meanSync= crashLoss=any survival=0.5 ' +
    'tear=1 clock 1 skew= network minDelay= meanDelay= connectDelay= noticeDelay= keepalive= capacity= loss= ' +
    'duplicate= reorder= storage segmentBytes= preallocate=true chunkBytes= requestTimeout snapshotEvery wandering ' +
    'quantum thinkTime livenessPhase finalPowerCut engine unsafe.preVote=false\n' +
    'ms bridge ring chain order= flap hold kill disk-stall disk-slow disk-full write-error read-error lost-sync ' +
    'misdirected-write bit-rot clock-strobe clock-step clock-drift side= break a= b= clog from= to= pause target=1 ' +
    'partition power-cut disk-error isolate target=leader direction=both silent=false duration=\n' +
    '# format 1\nrun zab znode run raft mvcc seed 1\nreplicas 3\nclients 2\noperations 300\nchaos ' +
    'ms\nat 100ms crash target=2 moment=now moment=sync downtime=10ms\nat 10ms call client=1 serial=1\nat ',
)

/** A shorter copy than this costs as much as its bytes. */
const shortestCopy = 4

/** Makes bytes fewer, if they repeat themselves or the dictionary. */
export function compact(bytes: Uint8Array): Uint8Array {
  const all = joined(dictionary, bytes)
  const places = new Map<number, number>()
  const out: number[] = []
  let literals = dictionary.length
  let at = 0
  const index = (end: number): void => {
    for (; at < end && at + shortestCopy <= all.length; at++) places.set(keyAt(all, at), at)
  }
  let next = dictionary.length
  while (next + shortestCopy <= all.length) {
    index(next)
    const from = places.get(keyAt(all, next))
    const length = from === undefined ? 0 : matchLength(all, from, next)
    if (from === undefined || length < shortestCopy) {
      next += 1
      continue
    }
    putNumber(out, next - literals)
    for (const byte of all.subarray(literals, next)) out.push(byte)
    putNumber(out, length)
    putNumber(out, next - from)
    next += length
    literals = next
  }
  putNumber(out, all.length - literals)
  for (const byte of all.subarray(literals)) out.push(byte)
  return Uint8Array.from(out)
}

/** Takes {@link compact} back; undefined for what it did not make, or what would become longer than `most`. */
export function expand(packed: Uint8Array, most: number): Uint8Array | undefined {
  const reader = { bytes: packed, at: 0 }
  const all: number[] = [...dictionary]
  const limit = dictionary.length + most
  for (;;) {
    const literals = takeNumber(reader)
    if (literals === undefined || reader.at + literals > packed.length || all.length + literals > limit)
      return undefined
    for (const byte of packed.subarray(reader.at, reader.at + literals)) all.push(byte)
    reader.at += literals
    if (reader.at === packed.length) return Uint8Array.from(all.slice(dictionary.length))
    const length = takeNumber(reader)
    const distance = takeNumber(reader)
    if (length === undefined || distance === undefined || distance < 1 || distance > all.length)
      return undefined
    if (all.length + length > limit) return undefined
    // Byte by byte: a copy may reach into itself.
    for (let i = 0; i < length; i++) all.push(all[all.length - distance]!)
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}

function keyAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

function matchLength(bytes: Uint8Array, from: number, at: number): number {
  let length = 0
  while (at + length < bytes.length && bytes[from + length] === bytes[at + length]) length += 1
  return length
}

function putNumber(out: number[], value: number): void {
  let rest = value
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128)
  out.push(rest)
}

function takeNumber(reader: { readonly bytes: Uint8Array; at: number }): number | undefined {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) return undefined
    value |= (byte & 127) << shift
    if (byte < 128) return value
  }
  return undefined
}
