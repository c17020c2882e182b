import type { LogIndex, NodeId } from '@quorate/core'
import type { Blame } from './violation.ts'

/** The machine's digest behind each index, as the first to get there found it. */
export class DigestTable {
  private readonly digests: { readonly digest: number; readonly by: NodeId }[]
  private readonly blame: Blame

  /** `initial`: of a machine that has applied nothing. */
  constructor(initial: number, blame: Blame) {
    this.digests = [{ digest: initial, by: 0 }]
    this.blame = blame
  }

  /** `node`'s machine stands at `index`. */
  reached(node: NodeId, index: LogIndex, digest: number): void {
    const known = this.digests[index]
    if (known === undefined) {
      // What a machine is not shown (no-ops, memberships) does not change it.
      while (this.digests.length < index) this.digests.push(this.digests.at(-1)!)
      this.digests.push({ digest, by: node })
    } else if (known.digest !== digest) {
      this.blame({
        invariant: 'state-digest',
        message: `after index ${index} replica ${node}'s machine has digest ${digest}, replica ${known.by}'s had ${known.digest}`,
        node,
        context: { index, digest, known },
      })
    }
  }

  /** `node`'s machine was restored to `index`. */
  restored(node: NodeId, index: LogIndex, digest: number): void {
    const last = this.digests.length - 1
    this.reached(node, Math.min(index, last), digest)
  }
}
