const chunkBits = 12
const chunkSize = 1 << chunkBits

/** A byte for each state visited. */
export class DepthList {
  private readonly chunks: Uint8Array[] = []

  /** Memory held, in bytes. */
  get bytes(): number {
    return chunkSize * this.chunks.length
  }

  get(number: number): number {
    return this.chunks[number >>> chunkBits]![number & (chunkSize - 1)]!
  }

  set(number: number, depth: number): void {
    const position = number >>> chunkBits
    while (this.chunks.length <= position) this.chunks.push(new Uint8Array(chunkSize))
    this.chunks[position]![number & (chunkSize - 1)] = depth
  }
}
