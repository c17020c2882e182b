import type { EntryKind, Epoch, LogIndex, NodeId, ReadMode, Role } from '@quorate/core'
import type { LossCause, ViolationName } from '@quorate/sim'

/** A message as data that can be printed: what it says, by the engine's own field names. */
export interface MessageView {
  /** Counts the messages of a run from 1, in the order in which they were sent. */
  readonly id: number
  readonly type: string
  /** In the order of the engine's shapes. Entries are {@link EntryView}s, commands are texts. */
  readonly fields: Readonly<Record<string, unknown>>
  /** It travels with a snapshot up to this index. */
  readonly snapshot: LogIndex | undefined
}

export interface EntryView {
  readonly index: LogIndex
  readonly epoch: Epoch
  readonly kind: EntryKind
  /** The command, a character a byte; the membership, in the words of the language. */
  readonly text: string
}

/** What one write to disk changes. */
export interface WriteView {
  /** In words, one for each operation: `append 2..3`, `hard state`, … */
  readonly operations: readonly string[]
}

/** How a request ended. */
export type Answer =
  | { readonly status: 'committed'; readonly index: LogIndex }
  /** `sees`: the commands that the node's machine had applied when it served the read. */
  | { readonly status: 'ready'; readonly index: LogIndex; readonly sees: readonly string[] }
  | { readonly status: 'rejected'; readonly reason: string; readonly outcome: string }
  | { readonly status: 'abandoned'; readonly reason: string }
  | { readonly status: 'done' }
  /** Its node crashed, and nobody waits for an answer any more. */
  | { readonly status: 'lost' }

/** One thing that happened in a run, and where. */
export type RunEvent = RunEventPlace & RunEventKind

/** When and where. */
export interface RunEventPlace {
  /** Counts the events from 0. */
  readonly sequence: number
  /** Milliseconds since the start. */
  readonly time: number
  /** Counts the statements, or moves, from 0; -1 before the first. */
  readonly step: number
  readonly node: NodeId
}

export type RunEventKind =
  | { readonly type: 'sent'; readonly to: NodeId; readonly message: MessageView }
  /** At its receiver. `again`: it stays under way. */
  | {
      readonly type: 'delivered'
      readonly from: NodeId
      readonly message: MessageView
      readonly again: boolean
    }
  /** At its sender, who does not know. */
  | { readonly type: 'lost'; readonly to: NodeId; readonly message: MessageView; readonly cause: LossCause }
  | { readonly type: 'link'; readonly peer: NodeId; readonly isUp: boolean }
  | { readonly type: 'started' }
  | { readonly type: 'crashed'; readonly kept: number; readonly lost: number }
  | { readonly type: 'timer'; readonly timer: string }
  /** Its clocks go at this rate now; 1 is right. */
  | { readonly type: 'clock'; readonly rate: number }
  | { readonly type: 'proposed'; readonly request: string; readonly text: string }
  | { readonly type: 'read'; readonly request: string; readonly mode: ReadMode }
  | { readonly type: 'reconfigure'; readonly request: string; readonly membership: string }
  | { readonly type: 'transfer'; readonly request: string; readonly to: NodeId }
  | { readonly type: 'answered'; readonly request: string; readonly answer: Answer }
  | { readonly type: 'writes'; readonly write: WriteView }
  | { readonly type: 'durable'; readonly write: WriteView }
  /** It is something else now, or in another epoch. */
  | {
      readonly type: 'role'
      readonly role: Role
      readonly phase: string
      readonly epoch: Epoch
      readonly leader: NodeId | undefined
      readonly isEstablished: boolean
    }
  /** Other members than before take part, or are to, as far as it knows. */
  | { readonly type: 'members'; readonly membership: string }
  | { readonly type: 'committed'; readonly index: LogIndex }
  | { readonly type: 'applied'; readonly entry: EntryView }
  /** Its machine was replaced by a snapshot's state. */
  | { readonly type: 'installed'; readonly index: LogIndex }
  | { readonly type: 'snapshot'; readonly index: LogIndex }
  /** A decision of the engine, in its own words, and where its paper states the rule. */
  | {
      readonly type: 'decision'
      readonly name: string
      readonly rule: string
      readonly detail: Readonly<Record<string, unknown>>
    }
  | { readonly type: 'violated'; readonly invariant: ViolationName; readonly message: string }

/** An event of that type. */
export type RunEventOf<T extends RunEventKind['type']> = Extract<RunEvent, { readonly type: T }>
