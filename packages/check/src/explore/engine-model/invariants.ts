import { isReplicationQuorum, type Membership } from '@quorate/core'
import { PairMap } from '../store/pair-map.ts'
import { type ClusterState, firstLocalAt, historyAt } from './cluster-state.ts'
import type { Components } from './components.ts'
import type { FactsTable, LocalFacts } from './facts.ts'
import type { History, Violation } from './history.ts'
import { holds } from './log-view.ts'

/** What must hold of every state of a cluster, whatever the engine. */
export class Invariants {
  private readonly components: Components
  private readonly facts: FactsTable
  private readonly membership: Membership
  private readonly replicas: number
  private readonly matchesLogs: boolean
  private readonly matching = new PairMap()
  private readonly locals: LocalFacts[] = []

  constructor(
    components: Components,
    facts: FactsTable,
    membership: Membership,
    replicas: number,
    matchesLogs: boolean,
  ) {
    this.components = components
    this.facts = facts
    this.membership = membership
    this.replicas = replicas
    this.matchesLogs = matchesLogs
  }

  /** What is wrong with a state; undefined if nothing is. */
  violationOf(state: ClusterState): Violation | undefined {
    const history = this.components.histories.get(state[historyAt]!)
    if (history.violation !== undefined) return history.violation
    for (let i = 0; i < this.replicas; i++) this.locals[i] = this.facts.of(state[firstLocalAt + i]!)
    if (this.matchesLogs && !this.allLogsMatch()) return this.mismatch()
    if (history.decided.length === 0) return undefined
    return this.checkLeaders(history) ?? this.checkDurability(history)
  }

  /**
   * Leader Completeness: who is established as leader of an epoch holds what was decided in earlier ones. Raft
   * (extended), figure 3; Zab (DSN 2011), claim 6.
   */
  private checkLeaders({ decided }: History): Violation | undefined {
    for (let i = 0; i < this.replicas; i++) {
      const { seen, whole } = this.locals[i]!
      if (seen?.established !== true) continue
      for (let position = 0; position < decided.length; position++) {
        const [entry, epoch] = decided[position]!
        if (entry < 0 || epoch >= seen.epoch || holds(whole, position + 1, entry)) continue
        const message = `replica ${i + 1} leads epoch ${seen.epoch} without the entry decided at index ${position + 1}`
        return { invariant: 'leader-completeness', message }
      }
    }
    return undefined
  }

  /** What was decided is on the disks of a quorum, those of crashed replicas included: no election can miss it. */
  private checkDurability({ decided }: History): Violation | undefined {
    const { quorums } = this.membership
    for (let position = 0; position < decided.length; position++) {
      const [entry] = decided[position]!
      if (
        entry < 0 ||
        isReplicationQuorum(quorums, (voter) => holds(this.locals[voter - 1]!.durable, position + 1, entry))
      )
        continue
      const message = `the entry decided at index ${position + 1} is not on the disks of a quorum`
      return { invariant: 'durability', message }
    }
    return undefined
  }

  private allLogsMatch(): boolean {
    for (let i = 0; i < this.replicas; i++) {
      for (let j = 0; j < i; j++) {
        if (!this.doMatch(this.locals[i]!.wholeNumber, this.locals[j]!.wholeNumber)) return false
      }
    }
    return true
  }

  private doMatch(one: number, other: number): boolean {
    if (one === other) return true
    const known = this.matching.get(one, other)
    if (known !== undefined) return known === 1
    const matches = this.facts.match(one, other)
    this.matching.set(one, other, matches ? 1 : 0)
    return matches
  }

  private mismatch(): Violation {
    const message = 'two logs have an entry of the same epoch at an index and are not equal up to there'
    return { invariant: 'log-matching', message }
  }
}
