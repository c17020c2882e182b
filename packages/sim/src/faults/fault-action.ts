import type { NodeId } from '@quorate/core'

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

/** Something that goes wrong, and for how long: plain data. Durations in milliseconds. */
export type FaultAction =
  | {
      readonly kind: CrashKind
      /** Of a `power-cut`: whose moment is waited for. */
      readonly target: FaultTarget
      readonly moment: CrashMoment
      /** Until it is started again. */
      readonly downtime: number
    }
  | { readonly kind: 'pause' | 'disk-stall'; readonly target: FaultTarget; readonly duration: number }
  | { readonly kind: 'disk-error'; readonly target: FaultTarget }
  | { readonly kind: 'clock'; readonly target: FaultTarget; readonly jump: number }
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
  | { readonly kind: 'break'; readonly a: NodeId; readonly b: NodeId }
  | { readonly kind: 'clog'; readonly from: NodeId; readonly to: NodeId; readonly duration: number }

/** The kinds of fault that happen at a time, rather than to each frame. */
export type PlannedKind = FaultAction['kind']

/** What goes wrong when. Each fault stands for itself: a plan stays a plan if some are taken out. */
export interface PlannedFault {
  /** Milliseconds since the start. */
  readonly at: number
  readonly action: FaultAction
}
