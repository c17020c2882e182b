import type { Epoch, LogIndex, NodeId, Observation } from '@quorate/core'
import type { DecidedLog } from './decided-log.ts'
import type { Blame } from './violation.ts'

/** Every epoch's established leader, over the whole history. Zab's Leadership2, Raft's Election Safety. */
export class Leadership {
  private readonly leaders = new Map<Epoch, NodeId>()
  private readonly decided: DecidedLog
  private readonly blame: Blame

  constructor(decided: DecidedLog, blame: Blame) {
    this.decided = decided
    this.blame = blame
  }

  /** Epochs that had an established leader. */
  get elections(): number {
    return this.leaders.size
  }

  /** A replica that was not an established leader of `epoch` is one now. */
  established({ node, epoch, lastIndex }: Observation): void {
    const other = this.leaders.get(epoch)
    if (other !== undefined && other !== node) {
      this.blame({
        invariant: 'election-safety',
        message: `replicas ${other} and ${node} are both established leaders of epoch ${epoch}`,
        node,
        context: { epoch, leaders: [other, node] },
      })
    }
    this.leaders.set(epoch, node)
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
    epochAt: (index: number) => Epoch | undefined,
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
}
