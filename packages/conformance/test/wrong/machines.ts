import type { ApplyContext, ChangeSink, SnapshotSource } from '@quorate/core'
import { concatenate } from '@quorate/core'
import type { Wrong } from '../support/run-suite.ts'
import {
  Tally,
  type TallyAnswer,
  type TallyChange,
  type TallyCommand,
  type TallyDefinition,
  type TallyQuery,
  type TallyResult,
  type TallySubject,
  tallyDefinition,
  tallySubject,
} from '../support/tally.ts'

/** State machines with one mistake each. */
export const wrongMachines: readonly Wrong<TallySubject>[] = [
  wrong('answers in the order of insertion', () => new InsertionOrder(), [
    'a machine that is restored is as the one that the snapshot was taken of',
  ]),
  wrong('forgets a field in its digest', () => new BlindDigest(), [
    'different states have different digests',
  ]),
  wrong('keeps count of its digests in them', () => new RestlessDigest(), ['a query changes nothing']),
  wrong('creates what is asked for', () => new CreatingQuery(), ['a query changes nothing']),
  wrong('has snapshots that see later commands', () => new LiveSnapshot(), [
    'a snapshot holds the state at one index, though commands follow while it is read',
  ]),
  wrong('forgets a field in its snapshot', () => new PoorSnapshot(), [
    'a machine that is restored is as the one that the snapshot was taken of',
  ]),
  wrong('adds what it restores to what it has', () => new AddingRestore(), [
    'restore replaces all that was there',
  ]),
  wrong('takes the first chunk for all', () => new OneChunk(), ['chunks may be cut anywhere']),
  wrong('throws where it should refuse', () => new Throwing(), ['no command throws']),
  wrong('keeps the context', () => new KeptContext(), [
    'a machine that is restored is as the one that the snapshot was taken of',
  ]),
  wrong('has one snapshot for all', () => new SharedSnapshot(), [
    'several snapshots go side by side, and outlive a restore',
  ]),
  wrong('counts in a variable that all machines share', sharing(), ['machines share nothing']),
  wrong('draws lots', () => new Lots(), ['equal commands in equal order have equal effects']),
  wrong('reports changes late', () => new LateChanges(), [
    'equal commands in equal order have equal effects',
  ]),
  {
    name: 'decodes without looking',
    subject: tallySubject(careless()),
    caughtBy: ['bytes that are no encoding are refused'],
  },
  wrong('restores what was cut short', () => new Forgiving(), [
    'a snapshot that is cut short or has something behind it is refused',
  ]),
]

function wrong(name: string, create: () => Tally, caughtBy: readonly string[]): Wrong<TallySubject> {
  return { name, caughtBy, subject: tallySubject(tallyDefinition(create)) }
}

class InsertionOrder extends Tally {
  override query(query: TallyQuery): TallyAnswer {
    return { ...super.query(query), names: [...this.totals.keys()] }
  }
}

class BlindDigest extends Tally {
  override digest(): number {
    return this.totals.size
  }
}

class RestlessDigest extends Tally {
  private asked = 0

  override digest(): number {
    this.asked += 1
    return super.digest() + this.asked
  }
}

class CreatingQuery extends Tally {
  override query(query: TallyQuery): TallyAnswer {
    if (!this.totals.has(query.name)) this.totals.set(query.name, 0)
    return super.query(query)
  }
}

class LiveSnapshot extends Tally {
  override snapshot(): SnapshotSource {
    let source: SnapshotSource | undefined
    return {
      next: () => (source ??= super.snapshot()).next(),
      close: () => source?.close(),
    }
  }
}

class PoorSnapshot extends Tally {
  override restore(chunks: Iterable<Uint8Array>): void {
    super.restore(chunks)
    this.time = 0
  }
}

class AddingRestore extends Tally {
  override restore(chunks: Iterable<Uint8Array>): void {
    const before = this.totals
    super.restore(chunks)
    for (const [name, total] of before) if (!this.totals.has(name)) this.totals.set(name, total)
  }
}

class OneChunk extends Tally {
  override snapshot(): SnapshotSource {
    let rest: Uint8Array | undefined = concatenate(drained(super.snapshot()))
    return {
      next() {
        const whole = rest
        rest = undefined
        return whole
      },
      close() {},
    }
  }

  override restore(chunks: Iterable<Uint8Array>): void {
    super.restore([...chunks].slice(0, 1))
  }
}

class Throwing extends Tally {
  override apply(command: TallyCommand, at: ApplyContext, changes: ChangeSink<TallyChange>): TallyResult {
    const result = super.apply(command, at, changes)
    if (!result.ok) throw new Error('not allowed')
    return result
  }
}

class KeptContext extends Tally {
  private last: ApplyContext = { index: 0, epoch: 0, time: 0, request: undefined }

  override apply(command: TallyCommand, at: ApplyContext, changes: ChangeSink<TallyChange>): TallyResult {
    this.last = at
    return super.apply(command, at, changes)
  }

  override query(query: TallyQuery): TallyAnswer {
    return { ...super.query(query), time: this.last.time }
  }
}

class SharedSnapshot extends Tally {
  private source: SnapshotSource | undefined

  override snapshot(): SnapshotSource {
    this.source = super.snapshot()
    return { next: () => this.source?.next(), close: () => (this.source = undefined) }
  }
}

function sharing(): () => Tally {
  const shared: Map<string, number> = new Map()
  return () => {
    const tally = new Tally()
    tally.totals = shared
    return tally
  }
}

let lots = 0

class Lots extends Tally {
  override apply(command: TallyCommand, at: ApplyContext, changes: ChangeSink<TallyChange>): TallyResult {
    lots += 1
    return { ...super.apply(command, at, changes), time: lots }
  }
}

class LateChanges extends Tally {
  private late: () => void = () => {}

  override apply(command: TallyCommand, at: ApplyContext, changes: ChangeSink<TallyChange>): TallyResult {
    const mine: TallyChange[] = []
    const result = super.apply(command, at, mine)
    this.late = () => mine.splice(0).forEach((change) => changes.push(change))
    return result
  }

  override digest(): number {
    this.late()
    return super.digest()
  }
}

class Forgiving extends Tally {
  override restore(chunks: Iterable<Uint8Array>): void {
    try {
      super.restore(chunks)
    } catch {
      super.restore(drained(new Tally().snapshot()))
    }
  }
}

function careless(): TallyDefinition {
  const definition = tallyDefinition()
  const text = new TextDecoder('utf-8', { fatal: true })
  return {
    ...definition,
    codecs: {
      ...definition.codecs,
      query: {
        encode: ({ name }) => new TextEncoder().encode(JSON.stringify(name)),
        decode: (bytes) => ({ name: String(JSON.parse(text.decode(bytes))) }),
      },
    },
  }
}

function drained(source: SnapshotSource): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let piece = source.next(); piece !== undefined; piece = source.next()) pieces.push(piece)
  return pieces
}
