import type { Random } from '@quorate/sim'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** A value that is written once in a run: its name, for the history, and its bytes, which may be many more. */
export interface UniqueValue {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Makes the values of a run: mostly small, in some runs now and then large, so that batches are split. */
export class Values {
  private readonly largeShare: number
  private readonly paddings = new Map<string, number>()

  constructor(random: Random) {
    this.largeShare = random.pick([0, 0, 0.02, 0.2])
  }

  /** `serial` must be new. */
  make(serial: number, random: Random): UniqueValue {
    const name = `v${serial}`
    if (random.chance(this.largeShare)) this.paddings.set(name, random.integer(1000, 8000))
    return { name, bytes: this.bytesOf(name) }
  }

  /** The bytes of a value made before. */
  bytesOf(name: string): Uint8Array {
    const padding = this.paddings.get(name) ?? 0
    return bytesOf(padding === 0 ? name : `${name}.${'x'.repeat(padding)}`)
  }

  /** The name in a value's text. */
  static nameOf(text: string): string {
    const end = text.indexOf('.')
    return end < 0 ? text : text.slice(0, end)
  }
}
