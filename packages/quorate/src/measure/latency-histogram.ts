/** Powers of two that are told apart, from {@link smallestMs} on: about 1 ns to 73 minutes. */
const octaves = 42
const smallestMs = 2 ** -20
/** Buckets in each power of two: 2⁷. A bucket's middle is within 1 / 256 = 0.4 % of everything in it. */
const bucketBits = 7
const bucketsPerOctave = 1 << bucketBits
const bucketCount = octaves * bucketsPerOctave

/** Fine buckets that make one of {@link LatencyHistogram.toBuckets}: eight of these double the latency. */
const fineInCoarse = 16

/** A number's bits: whoever writes into `float` reads its upper half, exponent and leading digits, from `upper`. */
const float = new Float64Array(1)
const halves = new Uint32Array(float.buffer)
float[0] = 1
const upper = halves[1] === 0 ? 0 : 1
const shift = 20 - bucketBits

/** Exponent and leading digits of a number as one integer, which grows as the number does. */
function leading(value: number): number {
  float[0] = value
  return halves[upper]! >>> shift
}

const lowest = leading(smallestMs)

/** Where bucket `index` begins; it ends where the next one begins. */
function lowerBound(index: number): number {
  const octave = Math.floor(index / bucketsPerOctave)
  return smallestMs * 2 ** octave * (1 + (index % bucketsPerOctave) / bucketsPerOctave)
}

/** Latencies up to a bound, as a report shows them. */
export interface LatencyBucket {
  readonly upToMs: number
  readonly count: number
}

/**
 * How long operations took. Buckets grow with the latency, as in HdrHistogram, so every figure is within 0.4 % of the
 * exact one, be it microseconds or minutes, in a fixed 43 kB. Recording allocates nothing.
 */
export class LatencyHistogram {
  private readonly counts = new Float64Array(bucketCount)
  private total = 0
  private sum = 0
  private least = Infinity
  private most = 0

  get count(): number {
    return this.total
  }

  /** Mean in milliseconds, exact; NaN if nothing was recorded. */
  get mean(): number {
    return this.sum / this.total
  }

  /** Exact; NaN if nothing was recorded. */
  get min(): number {
    return this.total === 0 ? NaN : this.least
  }

  /** Exact; NaN if nothing was recorded. */
  get max(): number {
    return this.total === 0 ? NaN : this.most
  }

  /** @param ms how long it took, in milliseconds. What a clock that was set back makes negative counts as nothing. */
  record(ms: number): void {
    // Spelt so that NaN, which no comparison holds for, does not pass for a fast operation.
    if (!(ms >= 0)) ms = nothing(ms)
    const index = ms < smallestMs ? 0 : leading(ms) - lowest
    this.counts[index < bucketCount ? index : bucketCount - 1]!++
    this.total++
    this.sum += ms
    if (ms < this.least) this.least = ms
    if (ms > this.most) this.most = ms
  }

  /**
   * The latency that `percent` of all operations did not exceed, in milliseconds; NaN if nothing was recorded.
   *
   * @param percent 0 … 100
   */
  percentile(percent: number): number {
    if (this.total === 0) return NaN
    const rank = Math.min(this.total, Math.max(1, Math.ceil((percent / 100) * this.total)))
    if (rank === this.total) return this.most
    let seen = 0
    let index = -1
    while (seen < rank) seen += this.counts[++index]!
    const middle = (lowerBound(index) + lowerBound(index + 1)) / 2
    return Math.min(this.most, Math.max(this.least, middle))
  }

  /** Takes in what another histogram recorded. */
  merge(other: LatencyHistogram): void {
    for (let i = 0; i < bucketCount; i++) this.counts[i]! += other.counts[i]!
    this.total += other.total
    this.sum += other.sum
    this.least = Math.min(this.least, other.least)
    this.most = Math.max(this.most, other.most)
  }

  /** The distribution in steps of about 9 %, from the first that holds anything to the last, for charts and files. */
  toBuckets(): readonly LatencyBucket[] {
    const buckets: LatencyBucket[] = []
    let seen = 0
    for (let start = 0; start < bucketCount && seen < this.total; start += fineInCoarse) {
      let count = 0
      for (let i = start; i < start + fineInCoarse; i++) count += this.counts[i]!
      seen += count
      if (seen > 0) buckets.push({ upToMs: lowerBound(start + fineInCoarse), count })
    }
    return buckets
  }
}

function nothing(ms: number): number {
  if (Number.isNaN(ms)) throw new RangeError('a latency that is not a number')
  return 0
}
