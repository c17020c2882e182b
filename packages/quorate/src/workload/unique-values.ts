import { Random } from './random.ts'

/** Shorter values have no room for the label that makes them unique. */
export const smallestValueBytes = 16

const letters = 'abcdefghijklmnopqrstuvwxyz'

/**
 * Values of one size, no two of them equal: a label that says who wrote it, then letters up to the size.
 * `c12.345xkq…` is the 345th value of client 12, `p7mzo…` the first value of key 7. Whoever reads a value in a history
 * knows which operation wrote it; that is what makes checking the history strong, and fast.
 *
 * The letters are made once. They vary, so that nothing that compresses gets an easier task than with real data.
 */
export class UniqueValues {
  /** At n: the letters that follow a label of n characters. */
  private readonly padding: readonly string[]
  private readonly written: number[] = []

  /** @param bytes at least {@link smallestValueBytes}; values are ASCII, so this is their length too */
  constructor(bytes: number) {
    const random = new Random(bytes)
    let text = ''
    while (text.length < bytes) text += letters[random.uint32() % letters.length]
    this.padding = Array.from({ length: bytes + 1 }, (_, label) => text.slice(label))
  }

  /** The next value that `client` writes. */
  next(client: number): string {
    const count = (this.written[client] ?? 0) + 1
    this.written[client] = count
    return this.filled(`c${client}.${count}`)
  }

  /** The value that key number `key` has before the load begins. */
  first(key: number): string {
    return this.filled(`p${key}`)
  }

  private filled(label: string): string {
    return label + (this.padding[label.length] ?? '')
  }
}
