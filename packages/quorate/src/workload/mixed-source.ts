import type { OperationSource, WorkloadOperation } from './operation.ts'
import { Random } from './random.ts'
import { UniqueValues } from './unique-values.ts'
import { ScrambledZipfian } from './zipfian.ts'

/** Digits of a key's number, so that all keys have one length whatever their count. */
const keyDigits = 12

/** What a {@link MixedSource} is made of. */
export interface Mix {
  readonly name: string
  /** Share of operations that read, 0 … 1; the others write. */
  readonly reads: number
  readonly keys: number
  readonly valueBytes: number
  readonly seed: number
}

/**
 * Reads and writes in a fixed proportion, over keys that are popular by Zipf's law.
 *
 * Each client has random numbers of its own: its operations are the same in every run with that seed, however the
 * clients' turns fall.
 */
export class MixedSource implements OperationSource {
  readonly name: string
  private readonly mix: Mix
  private readonly keys: readonly string[]
  private readonly popularity: ScrambledZipfian
  private readonly values: UniqueValues
  private readonly clients: Random[] = []

  constructor(mix: Mix) {
    this.name = mix.name
    this.mix = mix
    this.keys = Array.from({ length: mix.keys }, (_, i) => `user${String(i).padStart(keyDigits, '0')}`)
    this.popularity = new ScrambledZipfian(mix.keys)
    this.values = new UniqueValues(mix.valueBytes)
  }

  *preload(): Generator<WorkloadOperation & { readonly op: 'put' }> {
    for (const [i, key] of this.keys.entries()) yield { op: 'put', key, value: this.values.first(i) }
  }

  next(client: number): WorkloadOperation {
    const random = (this.clients[client] ??= new Random(this.mix.seed, client))
    const isRead = random.fraction() < this.mix.reads
    const key = this.keys[this.popularity.next(random)]!
    return isRead ? { op: 'get', key } : { op: 'put', key, value: this.values.next(client) }
  }
}
