import type { EngineInit, Entry, LogIndex, NodeId, Output } from '@quorate/core'
import { entryAt, lastIndex } from '@quorate/core'
import type { ZabMessage, ZabState } from '../../src/index.ts'

/** The name of an entry in the specifications' terms: its zxid and its value. */
function idOf(entry: Entry): string {
  return `${entry.epoch}:${entry.index}:${entry.request?.replica ?? 0}.${entry.request?.sequence ?? 0}`
}

/** Trace details of refusals that no run on links that keep order may show: the "ShouldNotBeTriggered" branches. */
const impossibleReasons: Readonly<Record<string, string>> = {
  'proposal-not-next': 'proposalInconsistent',
  'commit-not-held': 'commitInconsistent',
  'ack-unknown': 'ackInconsistent',
  'history-mismatch': 'stateInconsistent',
  'below-commit': 'stateInconsistent',
  malformed: 'messageIllegal',
  'wrong-role': 'messageIllegal',
  'other-epoch': 'messageIllegal',
}

/**
 * The invariants of ZkV3_7_0.tla and mixed_v1 (zab.md, section 2), over all replicas of a run, after every turn of any
 * of them. `delivered` is what the specifications call it: what a replica's machine has been given.
 */
export class Invariants {
  /** Off for runs that break rules or links: the impossible branches are then possible. */
  checkActions: boolean
  /** Stops checking what holds between replicas: for messages that no replica ever sent. */
  off = false
  private readonly states = new Map<NodeId, ZabState>()
  private readonly delivered = new Map<NodeId, string[]>()
  /** Everything that was ever delivered anywhere: the globally recorded committed log. */
  readonly committed: string[] = []
  private readonly epochLeader = new Map<number, NodeId>()
  private readonly broadcast = new Map<number, string[]>()
  private readonly broadcastSet = new Set<string>()

  constructor(breaksRules: boolean) {
    this.checkActions = !breaksRules
  }

  started({ self, snapshot }: EngineInit): void {
    this.delivered.set(self, this.committed.slice(0, snapshot?.index ?? 0))
    this.states.delete(self)
  }

  crashed(id: NodeId): void {
    this.states.delete(id)
  }

  record(before: ZabState | undefined, after: ZabState, output: Output<ZabMessage>): void {
    if (this.off) return
    this.states.set(after.self, after)
    this.noteBroadcast(after)
    this.noteDelivered(after.self, output)
    this.leadership(after)
    this.completeness(before, after)
    this.monotonicity(after)
    if (before !== undefined) this.durability(before, after)
    this.processConsistency()
    this.primaryIntegrity()
    if (this.checkActions) this.actions(after.self, output)
  }

  private fail(name: string, detail: Record<string, unknown>): never {
    throw new Error(`${name} is violated ${JSON.stringify(detail)}`)
  }

  private noteBroadcast({ self, leadership, log }: ZabState): void {
    if (leadership?.phase !== 'BROADCAST') return
    const list = this.broadcast.get(leadership.epoch) ?? []
    this.broadcast.set(leadership.epoch, list)
    const own = log.entries.filter((entry) => entry.epoch === leadership.epoch).map(idOf)
    for (const id of own) {
      if (this.broadcastSet.has(id)) continue
      this.broadcastSet.add(id)
      list.push(id)
    }
    if (this.epochLeader.get(leadership.epoch) !== self)
      this.fail('Leadership2', { epoch: leadership.epoch, self })
  }

  /** PrefixConsistency, Integrity, Agreement, TotalOrder, LocalPrimaryOrder, GlobalPrimaryOrder. */
  private noteDelivered(self: NodeId, output: Output<ZabMessage>): void {
    for (const order of output.snapshots) {
      if (order.type !== 'install') continue
      if (order.meta.index > this.committed.length)
        this.fail('Integrity', { self, snapshot: order.meta.index })
      this.delivered.set(self, this.committed.slice(0, order.meta.index))
    }
    const mine = this.delivered.get(self)!
    for (const entry of output.apply) {
      const id = idOf(entry)
      const position = mine.length
      if (entry.index !== position + 1)
        this.fail('TotalOrder', { self, index: entry.index, delivered: position })
      if (!this.broadcastSet.has(id)) this.fail('Integrity', { self, id })
      if (position < this.committed.length && this.committed[position] !== id) {
        this.fail('PrefixConsistency', {
          self,
          index: entry.index,
          here: id,
          there: this.committed[position],
        })
      }
      mine.push(id)
      if (position === this.committed.length) this.committed.push(id)
    }
    if (output.apply.length > 0) this.orders(self, mine)
  }

  /** One delivered sequence per replica: a prefix of one total order gives Agreement and TotalOrder. */
  private orders(self: NodeId, mine: readonly string[]): void {
    for (const [other, theirs] of this.delivered) {
      const [shorter, longer] = mine.length <= theirs.length ? [mine, theirs] : [theirs, mine]
      if (shorter.some((id, i) => longer[i] !== id)) this.fail('Agreement', { self, other })
    }
    let epoch = 0
    const perEpoch = new Map<number, number>()
    for (const id of mine) {
      const of = Number(id.split(':')[0])
      if (of < epoch) this.fail('GlobalPrimaryOrder', { self, id, after: epoch })
      epoch = of
      const place = perEpoch.get(of) ?? 0
      if (this.broadcast.get(of)?.[place] !== id) this.fail('LocalPrimaryOrder', { self, id, place })
      perEpoch.set(of, place + 1)
    }
  }

  private leadership({ self, leadership }: ZabState): void {
    if (leadership === undefined || leadership.phase === 'DISCOVERY') return
    const { epoch } = leadership
    const known = this.epochLeader.get(epoch)
    if (known !== undefined && known !== self) this.fail('Leadership2', { epoch, leaders: [known, self] })
    this.epochLeader.set(epoch, self)
    for (const other of this.states.values()) {
      if (other.self === self || other.leadership === undefined) continue
      const active = other.leadership.phase !== 'DISCOVERY'
      if (active && other.leadership.epoch === epoch)
        this.fail('Leadership1', { epoch, leaders: [other.self, self] })
    }
  }

  /** LeaderLogCompleteness: when a leader's history becomes the initial history of its epoch. */
  private completeness(before: ZabState | undefined, after: ZabState): void {
    const was = before?.leadership
    const is = after.leadership
    if (is === undefined || is.phase === 'DISCOVERY') return
    if (was !== undefined && was.epoch === is.epoch && was.phase !== 'DISCOVERY') return
    this.holdsCommitted('LeaderLogCompleteness', after, this.committed.length)
  }

  /** CommittedLogMonotonicity: a leader in broadcast extends the globally committed log, once it is the newest one. */
  private monotonicity(after: ZabState): void {
    if (after.leadership?.phase !== 'BROADCAST') return
    const newest = Math.max(...this.epochLeader.keys())
    if (after.leadership.epoch === newest) {
      this.holdsCommitted('CommittedLogMonotonicity', after, this.committed.length)
    }
  }

  private holdsCommitted(name: string, { log, self }: ZabState, to: LogIndex): void {
    for (let index = log.base + 1; index <= to; index++) {
      const entry = entryAt(log, index)
      const here = entry === undefined ? undefined : idOf(entry)
      if (here !== this.committed[index - 1])
        this.fail(name, { self, index, here, committed: this.committed[index - 1] })
    }
  }

  /** CommittedLogDurability: no adoption takes away what is committed anywhere. */
  private durability(before: ZabState, after: ZabState): void {
    if (before.log.entries.length === 0) return
    const to = Math.min(lastIndex(before.log), this.committed.length)
    for (let index = Math.max(before.log.base, after.log.base) + 1; index <= to; index++) {
      const was = idOf(entryAt(before.log, index)!)
      if (was !== this.committed[index - 1]) break
      const entry = entryAt(after.log, index)
      if (entry === undefined || idOf(entry) !== was) {
        this.fail('CommittedLogDurability', { self: after.self, index, was, is: entry && idOf(entry) })
      }
    }
  }

  /** ProcessConsistency: the history of a follower that accepted NEWLEADER is a prefix of its leader's. */
  private processConsistency(): void {
    for (const follower of this.states.values()) {
      const { following } = follower
      if (following?.phase !== 'ADOPTED' && following?.phase !== 'BROADCAST') continue
      const leader = this.states.get(following.leader)
      if (leader?.leadership?.epoch !== following.epoch) continue
      const known = leader.leadership.learners.find((learner) => learner.node === follower.self)
      if (known?.connection !== following.connection || following.torn !== undefined) continue
      const first = Math.max(follower.log.base, leader.log.base) + 1
      for (let index = first; index <= lastIndex(follower.log); index++) {
        const theirs = entryAt(leader.log, index)
        const mine = idOf(entryAt(follower.log, index)!)
        if (theirs === undefined || idOf(theirs) !== mine) {
          this.fail('ProcessConsistency', { follower: follower.self, leader: leader.self, index, mine })
        }
      }
    }
  }

  /** PrimaryIntegrity: a primary has delivered all of earlier epochs that any of its followers has. */
  private primaryIntegrity(): void {
    for (const follower of this.states.values()) {
      const { following } = follower
      if (following?.phase !== 'BROADCAST') continue
      const leader = this.states.get(following.leader)
      if (leader?.leadership?.phase !== 'BROADCAST' || leader.leadership.epoch !== following.epoch) continue
      const theirs = this.delivered.get(leader.self)!
      for (const [i, id] of this.delivered.get(follower.self)!.entries()) {
        const old = Number(id.split(':')[0]) < following.epoch
        if (old && theirs[i] !== id)
          this.fail('PrimaryIntegrity', { leader: leader.self, follower: follower.self, id })
      }
    }
  }

  /** CheckDuringAction: the branches that the specification marks as never triggered. */
  private actions(self: NodeId, output: Output<ZabMessage>): void {
    for (const event of output.events) {
      const name = impossibleReasons[String(event.detail['reason'])]
      if (name !== undefined) this.fail(name, { self, event: event.name, ...event.detail })
    }
  }
}
