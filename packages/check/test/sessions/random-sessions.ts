import fc from 'fast-check'
import type { SessionOperation, Value } from '../../src/index.ts'

type Kind = 'read' | 'write' | 'delete' | 'cas' | 'sync'

interface Seed {
  readonly kind: Kind
  readonly key: string
  readonly session: number
  readonly before: number
  readonly during: number
  /** How many transactions behind the newest the session's server is, if that is not behind the session. */
  readonly lag: number
  /** A mistake: the answer of so many transactions earlier. */
  readonly stale: number
  readonly fate: 'answers' | 'done, no answer' | 'not done, no answer'
}

/** How random histories of sessions are made. */
export interface Randomness {
  readonly most: number
  /** Whether answers may be too old for their session, or for their zxid. */
  readonly mistakes: boolean
  /** Of how many operations the zxid is recorded. */
  readonly zxids: 'all' | 'none' | 'some'
  readonly kinds?: readonly Kind[]
}

/** Histories of a service with lagging servers. Each session is on a server of its own. */
export function randomSessions({
  most,
  mistakes,
  zxids,
  kinds,
}: Randomness): fc.Arbitrary<SessionOperation[]> {
  const seed = fc.record({
    kind: fc.constantFrom<Kind>(...(kinds ?? ['read', 'read', 'write', 'write', 'delete', 'cas', 'sync'])),
    key: fc.constantFrom('x', 'y'),
    session: fc.nat(2),
    before: fc.constantFrom(0, 0, 1, 3),
    during: fc.constantFrom(0, 0, 1, 3),
    lag: fc.nat(2),
    stale: mistakes ? fc.constantFrom(0, 1, 2) : fc.constant(0),
    fate: fc.constantFrom<Seed['fate']>(
      'answers',
      'answers',
      'answers',
      'done, no answer',
      'not done, no answer',
    ),
  })
  return fc
    .tuple(
      fc.array(seed, { minLength: Math.min(3, most), maxLength: most }),
      fc.array(fc.boolean(), { minLength: most, maxLength: most }),
    )
    .map(([seeds, recorded]) =>
      play(seeds).map((operation, at) => {
        const isRecorded = zxids === 'all' || (zxids === 'some' && recorded[at]!)
        const { zxid: _, ...unrecorded } = operation
        return isRecorded ? operation : unrecorded
      }),
    )
}

function play(seeds: readonly Seed[]): SessionOperation[] {
  const states: ReadonlyMap<string, Value>[] = [new Map()]
  const seen = new Map<number, number>()
  const promised = new Map<number, number>()
  /** A session calls one operation at a time, so what it calls next is after what it had. */
  const free = new Map<number, number>()
  return seeds.map((seed, at): SessionOperation => {
    const { kind, key, session, lag, stale, fate } = seed
    const newest = states.length - 1
    const call = Math.max(4 * at - seed.before, (free.get(session) ?? -1) + 0.5)
    const end = Math.max(call, 4 * at) + seed.during
    const times = { session, call, return: fate === 'answers' ? end : Infinity }
    free.set(session, fate === 'answers' ? end : call)
    const least = Math.max(seen.get(session) ?? 0, promised.get(session) ?? 0)
    const local = Math.max(least, newest - lag)
    const note = (zxid: number): number => {
      if (fate === 'answers') seen.set(session, Math.max(seen.get(session) ?? 0, zxid))
      return zxid
    }
    if (kind === 'sync') {
      if (fate === 'answers') promised.set(session, newest)
      return { ...times, input: { op: 'sync' }, output: undefined }
    }
    if (kind === 'read') {
      const zxid = Math.max(0, local - stale)
      const output = states[Math.max(0, zxid)]!.get(key) ?? null
      return {
        ...times,
        input: { op: 'read', key },
        output: fate === 'answers' ? output : undefined,
        zxid: note(zxid),
      }
    }
    const holds = states[newest]!.get(key) ?? null
    const value = `v${at}`
    const input =
      kind === 'write'
        ? ({ op: 'write', key, value } as const)
        : kind === 'delete'
          ? ({ op: 'delete', key } as const)
          : ({ op: 'cas', key, from: stale > 0 ? 'v0' : holds, to: value } as const)
    const done = input.op === 'write' || (input.op === 'delete' ? holds !== null : input.from === holds)
    if (fate === 'not done, no answer') return { ...times, input, output: undefined }
    if (done) states.push(new Map(states[newest]).set(key, input.op === 'delete' ? null : value))
    const zxid = states.length - 1
    const answer = input.op === 'write' ? undefined : done
    if (fate !== 'answers') return { ...times, input, output: undefined }
    return { ...times, input, output: answer, zxid: note(zxid) }
  })
}
