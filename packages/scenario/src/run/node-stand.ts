import type { Entry, Epoch, LogIndex, Message, NodeId, Role } from '@quorate/core'
import type { EngineNode } from '@quorate/sim'
import { membershipText } from '../language/format-membership.ts'
import type { Director } from './director.ts'
import type { EntryView } from './run-event.ts'
import { entryView } from './views.ts'

/** An entry of a node's log, and whether a crash would lose it. */
export interface LoggedEntry extends EntryView {
  readonly isDurable: boolean
}

/** What a node that runs takes itself and the cluster for. */
export interface NodeOpinion {
  readonly role: Role
  readonly phase: string
  readonly epoch: Epoch
  readonly leader: NodeId | undefined
  readonly isEstablished: boolean
  readonly commitIndex: LogIndex
  readonly members: string
  /** The commands that its machine has applied. */
  readonly applied: readonly string[]
}

/** How a node stands between two statements. Plain data. */
export interface NodeStand {
  readonly node: NodeId
  readonly isRunning: boolean
  /** It runs, and is not scheduled. */
  readonly isFrozen: boolean
  /** Undefined while it is down: all of it was in memory. */
  readonly opinion: NodeOpinion | undefined
  /** What is before the log's first entry is in a snapshot up to here; 0: nothing is. */
  readonly baseIndex: LogIndex
  /** Its log on disk, and what it is about to write there. */
  readonly log: readonly LoggedEntry[]
}

/** How all nodes stand now. */
export function standsOf(director: Director): readonly NodeStand[] {
  return director.play.nodes.map((node) => standOf(director, node))
}

function standOf(director: Director, id: NodeId): NodeStand {
  const node = director.play.cluster.node(id)
  return {
    node: id,
    isRunning: node.running,
    isFrozen: node.running && director.frozen.has(id),
    opinion: opinionOf(director, id),
    baseIndex: node.durable.baseIndex,
    log: logOf(node),
  }
}

function opinionOf(director: Director, node: NodeId): NodeOpinion | undefined {
  const now = director.observe(node)
  if (now === undefined) return undefined
  const { role, phase, epoch, leader, established: isEstablished, commitIndex, membership } = now
  const members = membershipText(membership)
  const applied = director.play.recorder.commandsOf(node)
  return { role, phase, epoch, leader, isEstablished, commitIndex, members, applied }
}

function logOf({ durable, writing }: EngineNode<Message>): readonly LoggedEntry[] {
  const log = new Map<LogIndex, LoggedEntry>()
  const put = (entry: Entry, isDurable: boolean): void =>
    void log.set(entry.index, { ...entryView(entry), isDurable })
  for (const entry of durable.image(0).entries) put(entry, true)
  for (const { persist } of writing) {
    for (const operation of persist.operations) {
      if (operation.type === 'truncateAfter') forgetAfter(log, operation.index)
      else if (operation.type === 'append' || operation.type === 'accept') {
        if (operation.type === 'append') forgetAfter(log, (operation.entries[0]?.index ?? Infinity) - 1)
        for (const entry of operation.entries) put(entry, false)
      }
    }
  }
  return [...log.values()].toSorted((a, b) => a.index - b.index)
}

function forgetAfter(log: Map<LogIndex, LoggedEntry>, index: LogIndex): void {
  for (const held of log.keys()) if (held > index) log.delete(held)
}
