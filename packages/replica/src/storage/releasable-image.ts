import { InvariantViolation } from '@quorate/core'
import type { LogImage } from '@quorate/core'

/** An image whose entries can be let go of: a store lives long, and what it once read is the engine's to keep. */
export function releasableImage(held: LogImage): { readonly image: LogImage; release(): void } {
  let image: LogImage = held
  const { incarnation, hardState, base } = held
  const released: LogImage = {
    incarnation,
    hardState,
    base,
    get entries(): never {
      throw new InvariantViolation("a log's image is read before its first write")
    },
    get ballots(): never {
      throw new InvariantViolation("a log's image is read before its first write")
    },
  }
  return {
    get image() {
      return image
    },
    release() {
      image = released
    },
  }
}
