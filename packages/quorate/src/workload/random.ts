const twoTo32 = 4_294_967_296
const twoTo53 = 9_007_199_254_740_992

/**
 * Pseudo-random numbers from a seed: Chris Doty-Humphrey's sfc32, small, fast and statistically sound.
 * Equal seeds and streams give equal numbers on every machine.
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  /**
   * @param seed a safe integer
   * @param stream tells apart independent sequences of one seed, such as one for each client: what one of
   *   them draws does not depend on how often the others have drawn.
   */
  constructor(seed: number, stream = 0) {
    this.a = seed | 0
    this.b = Math.floor(seed / twoTo32) | 0
    this.c = stream | 0
    // Near seeds give near states; after twelve rounds nothing is left of that.
    for (let round = 0; round < 12; round++) this.uint32()
  }

  /** An integer of 0 … 2³² − 1. */
  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A number of [0, 1) with all 53 bits drawn. */
  fraction(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 67_108_864 + low) / twoTo53
  }
}
