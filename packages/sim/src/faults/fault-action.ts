import type { NodeId } from '@quorate/core'
import type { StrayPlace } from '../disk/pending-write.ts'
import type { RotArea } from '../disk/spoil.ts'

/** Who is hit: a node, or whoever leads when it happens. */
export type FaultTarget = NodeId | 'leader'

/**
 * When a crash hits.
 * - `now`: at its time.
 * - `sync`: from then on, while the target's next sync is under way.
 * - `elected`: from then on, soon after somebody was elected; `leader` is the one who was.
 */
export type CrashMoment = 'now' | 'sync' | 'elected'

/** The kinds of fault that end processes. */
export type CrashKind = 'crash' | 'kill' | 'power-cut'

/** Which ways a cut goes, seen from the target or the first side. */
export type CutDirection = 'both' | 'in' | 'out'

/** A process ends. */
export interface CrashAction {
  readonly kind: CrashKind
  /** Of a `power-cut`: whose moment is waited for. */
  readonly target: FaultTarget
  readonly moment: CrashMoment
  /** Until it is started again. */
  readonly downtime: number
}

/** Paths are cut. */
export type CutAction =
  | {
      readonly kind: 'isolate'
      readonly target: FaultTarget
      readonly direction: CutDirection
      /** Nobody is told. */
      readonly silent: boolean
      readonly duration: number
    }
  | {
      readonly kind: 'partition'
      /** One side; the others are the other side. */
      readonly side: readonly NodeId[]
      readonly direction: CutDirection
      readonly silent: boolean
      readonly duration: number
    }
  | {
      readonly kind: 'bridge'
      /** Whom both sides reach. */
      readonly target: FaultTarget
      readonly side: readonly NodeId[]
      readonly silent: boolean
      readonly duration: number
    }
  | {
      /** `ring`: each hears the next so many, a majority with itself. `chain`: each reaches the one before and behind. */
      readonly kind: 'ring' | 'chain'
      readonly order: readonly NodeId[]
      readonly silent: boolean
      readonly duration: number
    }

/** Something is wrong with one link. */
export type LinkAction =
  | { readonly kind: 'break'; readonly a: NodeId; readonly b: NodeId }
  | { readonly kind: 'clog'; readonly from: NodeId; readonly to: NodeId; readonly duration: number }
  | { readonly kind: 'hold'; readonly a: NodeId; readonly b: NodeId; readonly duration: number }
  | {
      readonly kind: 'flap'
      readonly a: NodeId
      readonly b: NodeId
      readonly silent: boolean
      /** From one cut to the next; it is healed half-way. */
      readonly period: number
      readonly duration: number
    }

/** A disk fails, or harms what it holds. */
export type DiskAction =
  | { readonly kind: 'disk-stall' | 'disk-full'; readonly target: FaultTarget; readonly duration: number }
  | {
      readonly kind: 'disk-slow'
      readonly target: FaultTarget
      /** By how much everything takes longer. */
      readonly factor: number
      readonly duration: number
    }
  | {
      readonly kind: 'disk-error'
      readonly target: FaultTarget
      /** Is what the sync was to write taken for written? Then a later sync does not write it either. */
      readonly forgets: boolean
    }
  | { readonly kind: 'write-error' | 'read-error'; readonly target: FaultTarget }
  | {
      readonly kind: 'lost-sync'
      readonly target: FaultTarget
      readonly duration: number
      /** Does the power fail at the end? */
      readonly crash: boolean
      readonly downtime: number
    }
  | { readonly kind: 'misdirected-write'; readonly target: FaultTarget; readonly file: StrayPlace }
  | { readonly kind: 'bit-rot'; readonly target: FaultTarget; readonly area: RotArea }

/** A clock goes wrong. */
export type ClockAction =
  | {
      /** `clock`: the wall clock jumps, either way. `clock-step`: the monotonic clock too, forward. */
      readonly kind: 'clock' | 'clock-step'
      readonly target: FaultTarget
      readonly jump: number
    }
  | {
      readonly kind: 'clock-strobe'
      readonly target: FaultTarget
      readonly jump: number
      /** From one jump to the next, the other way. */
      readonly period: number
      readonly duration: number
    }
  | {
      readonly kind: 'clock-drift'
      readonly target: FaultTarget
      /** Milliseconds of its clocks per millisecond. */
      readonly rate: number
      readonly duration: number
    }

/** Something that goes wrong, and for how long: plain data. Durations in milliseconds. */
export type FaultAction =
  | CrashAction
  | { readonly kind: 'pause'; readonly target: FaultTarget; readonly duration: number }
  | CutAction
  | LinkAction
  | DiskAction
  | ClockAction

/** The kinds of fault that happen at a time, rather than to each frame. */
export type PlannedKind = FaultAction['kind']

/** What goes wrong when. Each fault stands for itself: a plan stays a plan if some are taken out. */
export interface PlannedFault {
  /** Milliseconds since the start. */
  readonly at: number
  readonly action: FaultAction
}
