import type { LogIndex, NodeId } from '@quorate/core'
import type { Blame } from './violation.ts'

/** The machine's digest behind each index, as the first to get there found it. */
export class DigestTable {
  private readonly digests: number[]
  /** Who got there first. */
  private readonly finders: NodeId[]
  /** Whose machines are not shown every command. */
  private readonly witnesses = new Set<NodeId>()
  private readonly blame: Blame

  /** `initial`: of a machine that has applied nothing. */
  constructor(initial: number, blame: Blame) {
    this.digests = [initial]
    this.finders = [0]
    this.blame = blame
  }

  /** `node` is a witness: what its machine holds says nothing. */
  leaveOut(node: NodeId): void {
    this.witnesses.add(node)
  }

  /** `node`'s machine stands at `index`. */
  reached(node: NodeId, index: LogIndex, digest: number): void {
    if (this.witnesses.has(node)) return
    const known = this.digests[index]
    if (known === undefined) {
      // What a machine is not shown (no-ops, memberships) does not change it.
      while (this.digests.length < index) this.note(this.digests.at(-1)!, this.finders.at(-1)!)
      this.note(digest, node)
    } else if (known !== digest) {
      const by = this.finders[index]!
      this.blame({
        invariant: 'state-digest',
        message: `after index ${index} replica ${node}'s machine has digest ${digest}, replica ${by}'s had ${known}`,
        node,
        context: { index, digest, known: { digest: known, by } },
      })
    }
  }

  /** `node`'s machine was restored to `index`. */
  restored(node: NodeId, index: LogIndex, digest: number): void {
    const last = this.digests.length - 1
    this.reached(node, Math.min(index, last), digest)
  }

  private note(digest: number, by: NodeId): void {
    this.digests.push(digest)
    this.finders.push(by)
  }
}
