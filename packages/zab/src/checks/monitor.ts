import {
  type Engine,
  type EngineInit,
  type Entry,
  type LogIndex,
  type Monitor,
  type MonitorBlame,
  type MonitorDefinition,
  type MonitorInvariant,
  type NodeId,
  type Output,
  type SnapshotMeta,
  entryAt,
  lastIndex,
  sameEntry,
} from '@quorate/core'
import type { ZabMessage } from '../message.ts'
import { Broadcasts } from './broadcasts.ts'
import { CommittedLog } from './committed-log.ts'
import { impossible } from './impossible.ts'
import { type HistoryChange, MonitoredReplica } from './monitored-replica.ts'

/** The invariants of ZkV3_7_0.tla and mixed_v1.tla, under the names that they have there. */
const invariants = [
  'Leadership1',
  'Leadership2',
  'PrefixConsistency',
  'Integrity',
  'Agreement',
  'TotalOrder',
  'LocalPrimaryOrder',
  'GlobalPrimaryOrder',
  'PrimaryIntegrity',
  'CommittedLogMonotonicity',
  'ProcessConsistency',
  'LeaderLogCompleteness',
  'CommittedLogDurability',
  'stateInconsistent',
  'proposalInconsistent',
  'commitInconsistent',
  'ackInconsistent',
  'messageIllegal',
] as const

/** What {@link zabMonitor} can find broken. */
export type ZabInvariant = (typeof invariants)[number]

/** More committed entries than this are not remembered once every replica has them. */
const remembered = 4096

/**
 * Watches all replicas of a cluster and checks the specifications' invariants after every step of any of them. What
 * they say of whole histories is checked of what a step adds to them, and of all only when a leader is elected or
 * followed.
 */
export function zabMonitor(): MonitorDefinition<ZabMessage> {
  return {
    invariants: invariants.map((name): MonitorInvariant => `zab ${name}`),
    create: (blame) => new ZabMonitor(blame),
  }
}

class ZabMonitor implements Monitor<ZabMessage> {
  private readonly blame: MonitorBlame
  private readonly replicas = new Map<NodeId, MonitoredReplica>()
  private readonly committed = new CommittedLog()
  private readonly broadcasts = new Broadcasts()
  /** Has anybody logged a change of membership? */
  private rolesChange = false

  constructor(blame: MonitorBlame) {
    this.blame = blame
  }

  created({ self, image, snapshot }: EngineInit): void {
    const isNew = !this.replicas.has(self)
    const replica = this.replica(self)
    replica.reopen(image, snapshot)
    if (!isNew) return
    // A cluster may begin with a history: whoever broadcast that is not here any more.
    if (this.committed.size === 0) this.committed.forgetTo(replica.delivered)
    for (const entry of image.entries) this.broadcasts.add(entry)
  }

  given(): void {
    // All that is checked shows in what replicas do.
  }

  taken(node: NodeId, output: Output<ZabMessage>, engine: Engine<ZabMessage>): void {
    const replica = this.replica(node)
    const { persist, snapshots, apply, events } = output
    const change = persist === undefined ? undefined : replica.write(persist.operations)
    const view = engine.observe()
    const { elected, adopted, opened } = replica.see(view)
    if (elected) this.elected(replica)
    const broadcast = change !== undefined && this.notedBroadcasts(replica, change)
    if (view.commitIndex > replica.commit) this.commits(replica, view.commitIndex)
    for (const order of snapshots) if (order.type === 'install') this.installed(replica, order.meta)
    for (const entry of apply) this.delivers(replica, entry)
    if (broadcast) this.primaryIntegrity(replica, replica)
    if (opened && replica.follows !== 0) this.servesUnder(replica)
    if (opened && replica.leads !== 0) this.monotonicity(replica)
    if (adopted) this.follows(replica, replica.log.base + 1)
    else if (change !== undefined && replica.follows !== 0) this.follows(replica, lowest(change))
    if (change !== undefined && change.dropped.length > 0) this.durability(replica, change.dropped)
    for (const event of events) {
      const check = impossible(event, this.rolesChange)
      if (check !== undefined) this.broken(check, node, `comes to ${event.name}`, { ...event.detail })
    }
    if (this.committed.size > remembered) this.forget()
  }

  /** A leader's history has become the initial history of its epoch. */
  private elected(replica: MonitoredReplica): void {
    const { node, leads: epoch } = replica
    for (const other of this.replicas.values()) {
      if (other === replica || other.leads !== epoch) continue
      const what = `leads epoch ${epoch}, and so does replica ${other.node}`
      this.broken('Leadership1', node, what, { epoch, other: other.node })
    }
    this.broadcasts.leads(epoch, node)
    const leaders = this.broadcasts.leadersOf(epoch)
    if (leaders.length > 1) {
      this.broken('Leadership2', node, `leads epoch ${epoch}, which had another leader`, { epoch, leaders })
    }
    const { forgotten, end } = this.committed
    for (let index = Math.max(replica.log.base, forgotten) + 1; index <= end; index++) {
      if (!this.holds(replica, index)) return
    }
  }

  /**
   * LeaderLogCompleteness at one index: of what was committed in earlier epochs. A prospective leader may be told late that it has
   * its quorum of promises, when a later epoch has long committed what this one will never be established over.
   */
  private holds(replica: MonitoredReplica, index: LogIndex): boolean {
    const committed = this.committed.at(index)
    const held = entryAt(replica.log, index)
    if (committed === undefined || index <= replica.log.base) return true
    if (this.committed.epochAt(index)! >= replica.leads) return true
    if (held !== undefined && sameEntry(held, committed)) return true
    const what = `leads epoch ${replica.leads} without what is committed at ${index}`
    this.broken('LeaderLogCompleteness', replica.node, what, { held: show(held), committed: show(committed) })
    return false
  }

  /** What a primary adds to its history in its own epoch, it broadcasts. True if it does. */
  private notedBroadcasts(replica: MonitoredReplica, { added }: HistoryChange): boolean {
    let broadcast = false
    for (const entry of added) {
      if (entry.kind === 'membership') this.rolesChange = true
      if (!this.broadcasts.leadersOf(entry.epoch).includes(replica.node)) continue
      this.broadcasts.add(entry)
      broadcast ||= entry.epoch === replica.leads && !replica.hasBroadcast
    }
    if (broadcast) replica.hasBroadcast = true
    return broadcast
  }

  /** PrefixConsistency, of what a replica newly knows to be committed. */
  private commits(replica: MonitoredReplica, commit: LogIndex): void {
    const from = Math.max(replica.commit, replica.log.base) + 1
    replica.commit = commit
    for (let index = from; index <= commit; index++) {
      const entry = entryAt(replica.log, index)
      const known = this.committed.at(index)
      if (entry === undefined || index <= this.committed.forgotten) continue
      if (known === undefined) this.extends(replica, entry)
      else if (!sameEntry(known, entry)) {
        const what = `has committed another entry at ${index} than others`
        this.broken('PrefixConsistency', replica.node, what, { here: show(entry), there: show(known) })
      }
    }
    if (replica.leads !== 0 && replica.serves) this.monotonicity(replica)
  }

  /** An entry is committed for the first time anywhere. What must leaders of later epochs have done? */
  private extends(by: MonitoredReplica, entry: Entry): void {
    this.committed.put(entry, by.epoch)
    const { newest } = this.broadcasts
    if (by.leads === newest) return
    for (const replica of this.replicas.values()) {
      if (replica === by || replica.leads === 0) continue
      if (replica.leads > by.epoch) {
        this.holds(replica, entry.index)
        if (replica.hasBroadcast) this.primaryIntegrity(replica, by)
      }
      if (replica.serves) this.monotonicity(replica)
    }
  }

  /** CommittedLogMonotonicity: the newest leader in broadcast knows all that is committed to be so. */
  private monotonicity(leader: MonitoredReplica): void {
    const { end } = this.committed
    if (leader.leads !== this.broadcasts.newest || leader.commit >= end) return
    const what = `leads epoch ${leader.leads} and knows less to be committed than others`
    this.broken('CommittedLogMonotonicity', leader.node, what, { commit: leader.commit, committed: end })
  }

  /** A snapshot stands for all that is committed below it; its last zxid tells which history that is. */
  private installed(replica: MonitoredReplica, meta: SnapshotMeta): void {
    const { index, epoch } = meta
    const known = this.committed.at(index)
    if (index > this.committed.end) {
      const what = `delivers by a snapshot what nobody has committed, up to ${index}`
      this.broken('Integrity', replica.node, what, { index, committed: this.committed.end })
    } else if (known !== undefined && known.epoch !== epoch) {
      const what = `has another entry at ${index} in a snapshot than others have committed`
      this.broken('PrefixConsistency', replica.node, what, { index, epoch, there: show(known) })
    }
    replica.commit = Math.max(replica.commit, index)
    replica.delivered = index
    replica.deliveredEpoch = epoch
  }

  private delivers(replica: MonitoredReplica, entry: Entry): void {
    const { node, delivered, deliveredEpoch } = replica
    const { index, epoch } = entry
    const context = { index, epoch, delivered, deliveredEpoch }
    if (!isNext(delivered, index, this.committed)) {
      this.broken('TotalOrder', node, `delivers index ${index} behind index ${delivered}`, context)
    }
    if (epoch < deliveredEpoch) {
      const what = `delivers an entry of epoch ${epoch} behind one of epoch ${deliveredEpoch}`
      this.broken('GlobalPrimaryOrder', node, what, context)
    }
    replica.delivered = index
    replica.deliveredEpoch = epoch
    if (index <= this.committed.forgotten) return
    const known = this.committed.at(index)
    if (known === undefined) this.committed.put(entry, replica.epoch)
    else if (!sameEntry(known, entry)) {
      const detail = { ...context, there: show(known) }
      this.broken('Agreement', node, `delivers another entry at ${index} than others`, detail)
    }
    if (!this.broadcasts.has(entry)) {
      this.broken('Integrity', node, 'delivers what no primary has broadcast', { entry: show(entry) })
    }
    const first = this.broadcasts.firstOf(epoch)
    const follows = epoch === deliveredEpoch ? index === delivered + 1 : index <= first || first === 0
    if (!follows) {
      const what = `delivers index ${index} without what its primary broadcast before`
      this.broken('LocalPrimaryOrder', node, what, { ...context, first })
    }
  }

  /** A primary that broadcasts has delivered all of earlier epochs that `other`, or anybody, has. */
  private primaryIntegrity(primary: MonitoredReplica, other: MonitoredReplica): void {
    const { delivered, leads, node } = primary
    for (let index = this.committed.end; index > delivered; index--) {
      const missed = this.committed.at(index)
      if (missed === undefined || missed.epoch >= leads) continue
      const what = `broadcasts in epoch ${leads} and has not delivered index ${index}`
      return this.broken('PrimaryIntegrity', node, what, {
        delivered,
        missed: show(missed),
        other: other.node,
      })
    }
  }

  /** PrimaryIntegrity, as the specification has it: of a primary and one who follows it in broadcast. */
  private servesUnder(follower: MonitoredReplica): void {
    const primary = this.leaderOf(follower)
    if (primary?.serves === true) this.primaryIntegrity(primary, follower)
  }

  /** ProcessConsistency: who has accepted NEWLEADER has a prefix of its leader's history. */
  private follows(follower: MonitoredReplica, from: LogIndex): void {
    const leader = this.leaderOf(follower)
    if (leader === undefined) return
    const last = lastIndex(follower.log)
    for (let index = Math.max(from, leader.log.base + 1); index <= last; index++) {
      const mine = entryAt(follower.log, index)
      const theirs = entryAt(leader.log, index)
      if (mine === undefined || (theirs !== undefined && sameEntry(mine, theirs))) continue
      const context = { leader: leader.node, mine: show(mine), theirs: show(theirs) }
      const what = `follows replica ${leader.node}, and its history is no prefix of that one's`
      return this.broken('ProcessConsistency', follower.node, what, context)
    }
  }

  /** The leader of the epoch that `follower` has adopted, if it still leads it. */
  private leaderOf({ follows }: MonitoredReplica): MonitoredReplica | undefined {
    for (const node of this.broadcasts.leadersOf(follows)) {
      const leader = this.replicas.get(node)
      if (leader?.leads === follows) return leader
    }
    return undefined
  }

  /** CommittedLogDurability: what is committed anywhere is taken from nobody who has it. */
  private durability({ log, node }: MonitoredReplica, dropped: readonly Entry[]): void {
    for (const entry of dropped) {
      const { index } = entry
      const committed = this.committed.at(index)
      if (committed === undefined || index <= log.base || !sameEntry(committed, entry)) continue
      const now = entryAt(log, index)
      if (now !== undefined && sameEntry(now, entry)) continue
      const context = { lost: show(entry), now: show(now) }
      return this.broken('CommittedLogDurability', node, `drops what is committed at ${index}`, context)
    }
  }

  /** What every replica knows to be committed, and has delivered, is done with. */
  private forget(): void {
    let known: LogIndex = Infinity
    for (const { commit, delivered } of this.replicas.values()) known = Math.min(known, commit, delivered)
    if (known - this.committed.forgotten < remembered / 4) return
    this.committed.forgetTo(known)
    this.broadcasts.forgetTo(known)
  }

  private replica(node: NodeId): MonitoredReplica {
    let replica = this.replicas.get(node)
    if (replica === undefined) this.replicas.set(node, (replica = new MonitoredReplica(node)))
    return replica
  }

  private broken(
    rule: ZabInvariant,
    node: NodeId,
    what: string,
    context: Readonly<Record<string, unknown>>,
  ): void {
    this.blame({ invariant: `zab ${rule}`, message: `replica ${node} ${what}`, node, context })
  }
}

/** The lowest index that a turn changed. */
function lowest({ added, dropped }: HistoryChange): LogIndex {
  return Math.min(added[0]?.index ?? Infinity, dropped[0]?.index ?? Infinity)
}

/** May an index be delivered behind `delivered`: once, and with nothing left out that others deliver before it? */
function isNext(delivered: LogIndex, index: LogIndex, committed: CommittedLog): boolean {
  if (index <= delivered) return false
  if (committed.end > index && committed.at(index) === undefined && index > committed.forgotten) return false
  for (let skipped = delivered + 1; skipped < index; skipped++) {
    if (skipped <= committed.forgotten || committed.at(skipped) !== undefined) return false
  }
  return true
}

/** For messages: what an entry is, in short. */
function show(entry: Entry | undefined): Record<string, unknown> | undefined {
  if (entry === undefined) return undefined
  const { index, epoch, kind, request } = entry
  return { index, epoch, kind, request }
}
