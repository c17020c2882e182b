import {
  type Entry,
  type LogIndex,
  type MemoryLog,
  type NodeId,
  type Observation,
  epochAt,
  lastIndex,
} from '@quorate/core'
import { type Blame, DecidedLog, Leadership } from '@quorate/sim'

/**
 * What must hold at every moment, whatever the protocol: what is applied agrees and is applied in order; an epoch has
 * one established leader, which has all that was decided before; a commit index never goes back and lies between what is
 * applied and what is logged.
 */
export class InvariantWatch {
  readonly decided: DecidedLog
  private readonly leadership: Leadership
  private readonly blame: Blame
  /** As of its last turn; of those that run. */
  private readonly last = new Map<NodeId, Observation>()
  private readonly appliedTo = new Map<NodeId, LogIndex>()

  constructor(blame: Blame) {
    this.blame = blame
    this.decided = new DecidedLog(blame)
    this.leadership = new Leadership(this.decided, blame)
  }

  started(node: NodeId, applied: LogIndex): void {
    this.last.delete(node)
    this.appliedTo.set(node, applied)
  }

  /** A turn has ended; before its entries are applied. `log` gives its log, if it can be had. */
  observed(now: Observation, log: () => MemoryLog | undefined): void {
    const before = this.last.get(now.node)
    this.last.set(now.node, now)
    if (before !== undefined && now.commitIndex < before.commitIndex) {
      this.broken(now, 'commit-monotone', `the commit index goes back from ${before.commitIndex}`)
    }
    if (now.commitIndex > now.lastIndex) this.broken(now, 'index-order', 'more is committed than there is')
    if (now.durableIndex > now.lastIndex) this.broken(now, 'index-order', 'more is durable than there is')
    const isNew = before?.established !== true || before.epoch !== now.epoch
    if (now.established && isNew) this.established(now, log())
  }

  applied(node: NodeId, entry: Entry): void {
    const expected = (this.appliedTo.get(node) ?? 0) + 1
    const { index } = entry
    const observation = this.last.get(node)
    this.appliedTo.set(node, index)
    if (index !== expected) {
      const message = `replica ${node} applies index ${index} where ${expected} is next`
      this.blame({ invariant: 'apply-order', message, node, context: { index, expected } })
    }
    if (observation !== undefined && index > observation.commitIndex) {
      this.broken(observation, 'index-order', `index ${index} is applied and not committed`)
    }
    this.decided.applied(node, observation?.epoch ?? entry.epoch, entry)
  }

  installed(node: NodeId, index: LogIndex): void {
    this.appliedTo.set(node, index)
  }

  private established(now: Observation, log: MemoryLog | undefined): void {
    this.leadership.established(now)
    if (log === undefined) return
    this.leadership.checkLog(now.node, now.epoch, (index) =>
      index < log.base || index > lastIndex(log) ? undefined : epochAt(log, index),
    )
  }

  private broken(now: Observation, invariant: 'commit-monotone' | 'index-order', problem: string): void {
    const { node, commitIndex, lastIndex: last, durableIndex } = now
    const message = `replica ${node}: ${problem} (committed ${commitIndex}, last ${last}, durable ${durableIndex})`
    this.blame({ invariant, message, node, context: { commitIndex, last, durableIndex } })
  }
}
