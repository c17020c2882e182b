import type { Acceptance, Epoch, LogIndex, NodeId, Observation } from '@quorate/core'
import type { DecidedLog } from './decided-log.ts'
import type { Blame } from './violation.ts'

/**
 * Every epoch's established leader, over the whole history. Zab's Leadership2, Raft's Election Safety. Where slots are
 * accepted one by one, an epoch is a ballot's round: replicas share it, each with a ballot of its own, so there is
 * nothing to check of who leads, only of what a leader has.
 */
export class Leadership {
  private readonly leaders = new Map<Epoch, NodeId[]>()
  private count = 0
  private highest: Epoch = 0
  private readonly decided: DecidedLog
  private readonly blame: Blame
  private readonly acceptance: Acceptance

  /** `acceptance`: of the engines. */
  constructor(decided: DecidedLog, blame: Blame, acceptance: Acceptance = 'entry') {
    this.decided = decided
    this.blame = blame
    this.acceptance = acceptance
  }

  /** Epochs that had an established leader; where an epoch can have several, those leaders. */
  get elections(): number {
    return this.count
  }

  /**
   * In which epoch, at the latest, an entry was decided that a replica applies now, in `epoch`. Where slots are accepted
   * one by one, a replica also learns what was decided in a later round than it has heard of; but a leader of that round
   * was established before.
   */
  decidingEpoch(epoch: Epoch): Epoch {
    return this.acceptance === 'slot' ? Math.max(epoch, this.highest) : epoch
  }

  /** A replica that was not an established leader of `epoch` is one now. */
  established({ node, epoch, lastIndex }: Observation): void {
    this.note(node, epoch)
    const must = this.decided.decidedBefore(epoch)
    if (lastIndex >= must) return
    this.blame({
      invariant: 'leader-completeness',
      message: `replica ${node} leads epoch ${epoch} with a log up to ${lastIndex}, but ${must} was decided before`,
      node,
      context: { epoch, lastIndex, decided: this.decided.at(must) },
    })
  }

  /** The leader's log, as far as it is in memory, `from` some index on, holds what was decided before. */
  checkLog(
    node: NodeId,
    epoch: Epoch,
    epochAt: (index: LogIndex) => Epoch | undefined,
    from: LogIndex = 1,
  ): void {
    const must = this.decided.decidedBefore(epoch)
    for (let index = from; index <= must; index++) {
      const own = epochAt(index)
      const decided = this.decided.at(index)
      if (own === undefined || own === decided?.epoch) continue
      return this.blame({
        invariant: 'leader-completeness',
        message: `replica ${node} leads epoch ${epoch} with an entry of epoch ${own} at index ${index}, where another was decided`,
        node,
        context: { epoch, index, own, decided },
      })
    }
  }

  private note(node: NodeId, epoch: Epoch): void {
    this.highest = Math.max(this.highest, epoch)
    const leaders = this.leaders.get(epoch)
    if (leaders === undefined) this.leaders.set(epoch, [node])
    else if (leaders.includes(node)) return
    else {
      const other = leaders.at(-1)!
      leaders.push(node)
      if (this.acceptance !== 'slot') return this.accuse(epoch, other, node)
    }
    this.count += 1
  }

  private accuse(epoch: Epoch, other: NodeId, node: NodeId): void {
    this.blame({
      invariant: 'election-safety',
      message: `replicas ${other} and ${node} are both established leaders of epoch ${epoch}`,
      node,
      context: { epoch, leaders: [other, node] },
    })
  }
}
