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

/** A map by request. Looked up for each request several times: so by small numbers, and not by text made of them. */
export class RequestMap<T> {
  private readonly lives = new Map<number, Map<number, T>>()

  get({ replica, sequence }: RequestId): T | undefined {
    return this.lives.get(lifeOf(replica, sequence))?.get(sequence % half)
  }

  set({ replica, sequence }: RequestId, value: T): void {
    const life = lifeOf(replica, sequence)
    const items = this.lives.get(life)
    if (items === undefined) this.lives.set(life, new Map([[sequence % half, value]]))
    else items.set(sequence % half, value)
  }
}

function lifeOf(replica: number, sequence: number): number {
  return replica * incarnations + Math.floor(sequence / half)
}
