import { Random } from './random.ts'

/**
 * A stream that begins anew at every moment of virtual time: what it gives depends on the seed, its name, the time and
 * what was drawn at this very moment, and not on what was drawn before. So a run with one fault or operation fewer
 * goes on as it did wherever it comes back to the same events at the same times, which is what makes shrinking work.
 */
export class MomentRandom extends Random {
  private readonly time: { readonly now: number }
  private moment = -1

  constructor(seed: number, time: { readonly now: number }) {
    super(seed)
    this.time = time
  }

  override bits(): number {
    const { now } = this.time
    if (now !== this.moment) {
      this.moment = now
      this.restart(now)
    }
    return super.bits()
  }

  override split(name: string): MomentRandom {
    return new MomentRandom(this.seedOf(name), this.time)
  }
}
