import type { Observation } from '@quorate/core'
import type { Books } from '../invariants/books.ts'
import { type EngineChecks, epochsIn } from '../invariants/engine-checks.ts'
import type { SimProcess } from './sim-process.ts'

/**
 * The engine's own checks copy its state and go through its log: they are made when its role changes, and once in so
 * many looks besides. Where the log is longer than that, the looks between two checks grow with it, so that a look
 * costs the same in a long run as in a short one.
 */
const lookInterval = 64

/** What is known of a process from its engine's own checks. */
export interface Inspection {
  /** Looks since the last check. */
  looks: number
  /** To be checked as soon as its output has been taken: its role may have changed in the middle of a turn. */
  isDue: boolean
  /** The engine's state at the last check. */
  state: unknown
}

/** Looks at an engine after each step that changed it. */
export class ProcessInspector {
  private readonly books: Books
  private readonly checks: EngineChecks
  private readonly changed: (process: SimProcess, isNewRole: boolean) => void

  /** `changed` is told of every change of role, phase, epoch, leader and commit index. */
  constructor(
    books: Books,
    checks: EngineChecks | undefined,
    changed: (process: SimProcess, isNewRole: boolean) => void,
  ) {
    this.books = books
    this.checks = checks ?? {}
    this.changed = changed
  }

  look(process: SimProcess): void {
    process.isTouched = false
    if (!process.alive || process.engine === undefined) return
    const before = process.view
    const view = process.engine.observe()
    process.view = view
    process.watch.observed(view)
    const isNewRole =
      before === undefined ||
      before.epoch !== view.epoch ||
      before.established !== view.established ||
      before.role !== view.role
    if (view.established && isNewRole) this.books.leadership.established(view)
    if (isNewRole || before.commitIndex !== view.commitIndex || before.phase !== view.phase) {
      this.changed(process, isNewRole)
    }
    const { inspection } = process
    inspection.looks += 1
    if (isNewRole) inspection.isDue = true
    else if (inspection.looks >= interval(view)) inspection.isDue = true
    if (inspection.isDue && process.isSettled) this.inspect(process, view)
  }

  /** The checks that need the engine's whole state. */
  private inspect(process: SimProcess, view: Observation): void {
    const { inspection } = process
    inspection.looks = 0
    inspection.isDue = false
    const { validate, checkDelta, log, epochAt } = this.checks
    if (validate === undefined && checkDelta === undefined && log === undefined && epochAt === undefined)
      return
    const state = process.engine!.capture()
    try {
      validate?.(state)
      if (inspection.state !== undefined) checkDelta?.(inspection.state, state)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.books.blame({ invariant: 'engine', message, node: process.node, context: {} })
    }
    inspection.state = state
    if (!view.established) return
    const epochs = epochsIn(this.checks, () => state)
    if (epochs !== undefined) {
      this.books.leadership.checkLog(process.node, view.epoch, epochs, view.firstIndex)
    }
  }
}

/** Looks from one check of the engine's own to the next. */
function interval({ firstIndex, lastIndex }: Observation): number {
  return Math.max(lookInterval, lastIndex - firstIndex)
}
