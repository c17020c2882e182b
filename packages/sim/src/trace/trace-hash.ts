import { finish, mix } from '@quorate/core'
import { type SimEvent, eventKinds } from '../time/sim-event.ts'

const kindNumbers: ReadonlyMap<string, number> = new Map(eventKinds.map((kind, i) => [kind, i]))

/**
 * A running hash over everything that happens: equal for equal runs, whatever is printed. Two chains of 32 bits with
 * different starts make 64.
 */
export class TraceHash {
  private high = 0x51ed270b
  private low = 0x2545f491

  /** Takes in an event. */
  event({ time, kind, owner, payload }: SimEvent): void {
    this.word(time | 0)
    this.word(((owner?.node ?? 0) << 4) | kindNumbers.get(kind)!)
    this.word(payload)
  }

  word(word: number): void {
    this.high = mix(this.high, word)
    this.low = mix(this.low ^ 0x6a09e667, word)
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return hex(finish(this.high)) + hex(finish(this.low))
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
