import type { Acceptance, Entry, Epoch, LogIndex, NodeId, Observation } from '@quorate/core'
import { type Blame, DecidedLog, Leadership } from '@quorate/sim'

/** The epoch of the entry at an index of some log, where the log has one. */
type EpochOf = (index: LogIndex) => Epoch | undefined

/**
 * What must hold at every moment, whatever the protocol: what is applied agrees and is applied in order; an epoch has
 * one established leader (but where it is a ballot's round, see `Leadership`), which has all that was decided before; a commit index never goes back and lies between what is
 * applied and what is logged.
 */
export class InvariantWatch {
  readonly decided: DecidedLog
  private readonly leadership: Leadership
  private readonly blame: Blame
  /** As of its last turn; of those that run. */
  private readonly last = new Map<NodeId, Observation>()
  private readonly appliedTo = new Map<NodeId, LogIndex>()

  /** `acceptance`: of the engines. */
  constructor(blame: Blame, acceptance: Acceptance) {
    this.blame = blame
    this.decided = new DecidedLog(blame)
    this.leadership = new Leadership(this.decided, blame, acceptance)
  }

  started(node: NodeId, applied: LogIndex): void {
    this.last.delete(node)
    this.appliedTo.set(node, applied)
  }

  /** A turn has ended; before its entries are applied. `epochs` gives the epochs in its log, if they can be had. */
  observed(now: Observation, epochs: () => EpochOf | undefined): void {
    const before = this.last.get(now.node)
    this.last.set(now.node, now)
    if (before !== undefined && now.commitIndex < before.commitIndex) {
      this.broken(now, 'commit-monotone', `the commit index goes back from ${before.commitIndex}`)
    }
    if (now.commitIndex > now.lastIndex) this.broken(now, 'index-order', 'more is committed than there is')
    if (now.durableIndex > now.lastIndex) this.broken(now, 'index-order', 'more is durable than there is')
    const isNew = before?.established !== true || before.epoch !== now.epoch
    if (now.established && isNew) this.established(now, epochs())
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
    const epoch = this.leadership.decidingEpoch(observation?.epoch ?? entry.epoch)
    this.decided.applied(node, epoch, entry)
  }

  installed(node: NodeId, index: LogIndex): void {
    this.appliedTo.set(node, index)
  }

  private established(now: Observation, epochs: EpochOf | undefined): void {
    this.leadership.established(now)
    if (epochs !== undefined) this.leadership.checkLog(now.node, now.epoch, epochs)
  }

  private broken(now: Observation, invariant: 'commit-monotone' | 'index-order', problem: string): void {
    const { node, commitIndex, lastIndex: last, durableIndex } = now
    const message = `replica ${node}: ${problem} (committed ${commitIndex}, last ${last}, durable ${durableIndex})`
    this.blame({ invariant, message, node, context: { commitIndex, last, durableIndex } })
  }
}
