import type { RequestId } from '@quorate/core'

/** A sequence's lower half counts within one incarnation of its replica, the upper half is the incarnation. */
const half = 0x1_0000_0000

/** More than the incarnations of any replica in a run. */
const incarnations = 0x100_0000

/** How a request is called in the books. */
export function describeRequest({ replica, sequence }: RequestId): string {
  return `${replica}:${sequence}`
}

export function isSameRequest(a: RequestId | undefined, b: RequestId | undefined): boolean {
  return a?.replica === b?.replica && a?.sequence === b?.sequence
}

/** Beyond any sequence that a replica hands out in a run: what is higher was made up. */
const dense = 0x100_0000

/**
 * A map by request. Looked up for each request several times; sequences are handed out in order, so a life's requests
 * are a list.
 */
export class RequestMap<T> {
  private readonly lives = new Map<number, (T | undefined)[]>()
  /** The life that was last asked for, and its requests. */
  private life = -1
  private items: (T | undefined)[] = []
  private readonly strange = new Map<string, T>()

  get(request: RequestId): T | undefined {
    const place = request.sequence % half
    if (place >= dense) return this.strange.get(describeRequest(request))
    return this.itemsOf(request)[place]
  }

  set(request: RequestId, value: T): void {
    const place = request.sequence % half
    if (place >= dense) {
      this.strange.set(describeRequest(request), value)
      return
    }
    const items = this.itemsOf(request)
    while (items.length < place) items.push(undefined)
    items[place] = value
  }

  forget(request: RequestId): void {
    const place = request.sequence % half
    if (place >= dense) this.strange.delete(describeRequest(request))
    else this.itemsOf(request)[place] = undefined
  }

  private itemsOf({ replica, sequence }: RequestId): (T | undefined)[] {
    const life = replica * incarnations + Math.floor(sequence / half)
    if (life === this.life) return this.items
    let items = this.lives.get(life)
    if (items === undefined) this.lives.set(life, (items = []))
    this.life = life
    this.items = items
    return items
  }
}
