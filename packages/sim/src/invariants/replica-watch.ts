import type { Entry, LogIndex, NodeId, Observation } from '@quorate/core'
import type { Blame } from './violation.ts'

/** What one life of a replica may not do, whatever the others do. */
export class ReplicaWatch {
  /** The machine stands here. */
  appliedIndex: LogIndex = 0
  private commitIndex: LogIndex = 0
  private readonly node: NodeId
  private readonly blame: Blame

  constructor(node: NodeId, blame: Blame) {
    this.node = node
    this.blame = blame
  }

  /** The machine was restored from a snapshot. */
  restored(index: LogIndex): void {
    this.appliedIndex = index
  }

  /** The engine hands out an entry to apply. */
  applies({ index }: Entry): void {
    if (index !== this.appliedIndex + 1) {
      this.blame({
        invariant: 'apply-order',
        message: `replica ${this.node} applies index ${index} after ${this.appliedIndex}`,
        node: this.node,
        context: { index, applied: this.appliedIndex },
      })
    }
    this.appliedIndex = index
  }

  /** After anything that may have changed the engine. */
  observed({ commitIndex, lastIndex, durableIndex }: Observation): void {
    const { appliedIndex } = this
    if (commitIndex < this.commitIndex) {
      this.blame({
        invariant: 'commit-monotone',
        message: `replica ${this.node}'s commit index went back from ${this.commitIndex} to ${commitIndex}`,
        node: this.node,
        context: { before: this.commitIndex, after: commitIndex },
      })
    }
    this.commitIndex = commitIndex
    if (appliedIndex <= commitIndex && commitIndex <= lastIndex && durableIndex <= lastIndex) return
    this.blame({
      invariant: 'index-order',
      message: `replica ${this.node}: applied ${appliedIndex}, committed ${commitIndex}, durable ${durableIndex}, last ${lastIndex}`,
      node: this.node,
      context: { appliedIndex, commitIndex, durableIndex, lastIndex },
    })
  }
}
