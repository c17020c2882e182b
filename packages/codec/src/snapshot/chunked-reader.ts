import { ByteReader, concatenate } from '@quorate/core'
import { asPlainBytes } from '../plain-bytes.ts'
import type { FieldReader } from '../fields/field-reader.ts'

/**
 * Reads fields from a stream that is cut at arbitrary places: a snapshot as it comes from disk or peer. Holds one
 * piece at a time, joining pieces only for a field that lies across a cut. A length that lies is met by the end of the
 * stream, not by an allocation.
 */
export class ChunkedReader implements FieldReader {
  private readonly chunks: Iterator<Uint8Array>
  private readonly what: string
  private current: ByteReader

  /** `what` names the thing being read, for error messages. */
  constructor(chunks: Iterable<Uint8Array>, what: string) {
    this.chunks = chunks[Symbol.iterator]()
    this.what = what
    this.current = new ByteReader(new Uint8Array(0), what)
  }

  u8(): number {
    return this.holding(1).u8()
  }

  u32(): number {
    return this.holding(4).u32()
  }

  u64(): number {
    return this.holding(8).u64()
  }

  f64(): number {
    return this.holding(8).f64()
  }

  raw(length: number): Uint8Array {
    return this.holding(length).raw(length)
  }

  /** Checks that the stream ends here. */
  end(): void {
    this.current.end()
    for (let piece = this.chunks.next(); piece.done !== true; piece = this.chunks.next()) {
      if (piece.value.length > 0) this.fail('more follows after its end')
    }
  }

  fail(problem: string): never {
    return this.current.fail(problem)
  }

  /** The reader of the current piece, with at least `count` bytes to go unless the stream ends before. */
  private holding(count: number): ByteReader {
    return this.current.remaining >= count ? this.current : this.join(count)
  }

  private join(count: number): ByteReader {
    const pieces = [this.current.raw(this.current.remaining)]
    let held = pieces[0]!.length
    while (held < count) {
      const piece = this.chunks.next()
      if (piece.done === true) break
      pieces.push(asPlainBytes(piece.value))
      held += piece.value.length
    }
    const only = pieces.length === 2 && pieces[0]!.length === 0 ? pieces[1]! : concatenate(pieces)
    this.current = new ByteReader(only, this.what)
    return this.current
  }
}
