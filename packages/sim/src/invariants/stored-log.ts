import {
  type LogImage,
  LogImageBuilder,
  type StorageOperation,
  encodeMembership,
  equalBytes,
  sameEntry,
} from '@quorate/core'

/** What a store that was opened again gives back of what was written to it. */
export type StoredVerdict =
  /** All that it had said was durable, and nothing that was not written. */
  | 'intact'
  /** What some earlier writes had left: it has forgotten later ones. */
  | 'forgetful'
  /** What no writes ever left. */
  | 'wrong'

/** So many writes known to be durable are folded into one state. */
const foldAt = 256

/**
 * What one replica's log store was told, over all its lives: the store's contract, kept beside the store. What is
 * opened after a crash is what some of the writes left, in their order, and those that it had said were durable are
 * among them.
 */
export class StoredLog {
  /** The state that `writes` come after. */
  private readonly base = new LogImageBuilder()
  private writes: (readonly StorageOperation[])[] = []
  /** How many writes went before `writes`. */
  private folded = 0
  /** How many of all writes the store has said are durable. */
  private durable = 0
  private incarnation = 0
  private readonly isAtRisk: () => boolean

  /** `isAtRisk`: could a crash bring back an earlier state than what was said to be durable? */
  constructor(isAtRisk: () => boolean) {
    this.isAtRisk = isAtRisk
  }

  /** The store is given a write. Gives its number. */
  write(operations: readonly StorageOperation[]): number {
    const known = this.durable - this.folded
    if (known > 0 && known % foldAt === 0 && !this.isAtRisk()) this.fold()
    return this.folded + this.writes.push(operations)
  }

  /** The store says that everything up to that write is durable. */
  acknowledged(write: number): void {
    this.durable = Math.max(this.durable, write)
  }

  /** The store was opened and holds `image`: what counts from now on. */
  opened(image: LogImage): StoredVerdict {
    if (!this.isAtRisk()) this.fold()
    const { isKnown, write } = this.find(image)
    const isCountedOn = image.incarnation > this.incarnation
    const verdict = !isKnown ? 'wrong' : write >= this.durable && isCountedOn ? 'intact' : 'forgetful'
    // What it holds now, it may forget again: what went before stays known.
    this.writes.length = write - this.folded
    this.durable = write
    this.incarnation = image.incarnation
    return verdict
  }

  /** The last of the writes known that had left that. */
  private find(image: LogImage): { readonly isKnown: boolean; readonly write: number } {
    const builder = builderOf(this.base.image(0))
    const found = { isKnown: false, write: this.folded }
    for (let write = this.folded; ; write++) {
      if (isSame(builder.image(0), image)) Object.assign(found, { isKnown: true, write })
      const next = this.writes[write - this.folded]
      if (next === undefined) return found
      for (const operation of next) builder.apply(operation)
    }
  }

  /** Takes what is known to be durable together. */
  private fold(): void {
    const known = this.writes.splice(0, this.durable - this.folded)
    for (const operations of known) for (const operation of operations) this.base.apply(operation)
    this.folded = this.durable
  }
}

/** A builder that stands where that image does. */
function builderOf({ hardState, base, entries, ballots }: LogImage): LogImageBuilder {
  const builder = new LogImageBuilder()
  if (hardState !== undefined) builder.apply({ type: 'setHardState', bytes: hardState })
  if (base !== undefined) builder.apply({ type: 'installSnapshot', meta: base })
  for (const entry of entries) {
    const ballot = ballots.get(entry.index)
    if (ballot === undefined) builder.apply({ type: 'append', entries: [entry] })
    else builder.apply({ type: 'accept', ballot, entries: [entry] })
  }
  return builder
}

function isSame(a: LogImage, b: LogImage): boolean {
  return (
    isSameBase(a.base, b.base) &&
    a.entries.length === b.entries.length &&
    isSameBytes(a.hardState, b.hardState) &&
    a.entries.every((entry, i) => sameEntry(entry, b.entries[i]!)) &&
    a.ballots.size === b.ballots.size &&
    [...a.ballots].every(([slot, { round, node }]) => {
      const other = b.ballots.get(slot)
      return other?.round === round && other.node === node
    })
  )
}

function isSameBase(a: LogImage['base'], b: LogImage['base']): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.index === b.index &&
    a.epoch === b.epoch &&
    equalBytes(encodeMembership(a.membership), encodeMembership(b.membership))
  )
}

function isSameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b)
}
