import { QuorateError } from '@quorate/core'

/** A step on the way through an object's keys, in their order; a shape of the list ends where `listed` is true. */
interface Step {
  readonly next: Map<string, Step>
  listed: boolean
}

/** The record shapes that a codec knows: which keys, in which order. */
export class ShapeList {
  private readonly root: Step = { next: new Map(), listed: false }

  /** Throws `USAGE` for a list that msgpackr could not keep apart or would alter. */
  constructor(structures: readonly (readonly string[])[], what: string) {
    for (const keys of structures) this.add(keys, what)
  }

  /** Has `object` exactly the keys of a listed shape, in the listed order? */
  has(object: object): boolean {
    let step: Step | undefined = this.root
    for (const key in object) {
      // What msgpackr writes: the object's own keys, and not those of its prototype.
      if (!Object.hasOwn(object, key)) continue
      step = step.next.get(key)
      if (step === undefined) return false
    }
    return step.listed
  }

  private add(keys: readonly string[], what: string): void {
    let step = this.root
    for (const key of keys) {
      if (key === '__proto__') throw new QuorateError('USAGE', `${what}: a key cannot be named __proto__`)
      let following = step.next.get(key)
      if (following === undefined) {
        following = { next: new Map(), listed: false }
        step.next.set(key, following)
      }
      step = following
    }
    if (step.listed)
      throw new QuorateError('USAGE', `${what}: the structure {${keys.join(', ')}} is listed twice`)
    if (new Set(keys).size !== keys.length) {
      throw new QuorateError('USAGE', `${what}: the structure {${keys.join(', ')}} repeats a key`)
    }
    step.listed = true
  }
}
