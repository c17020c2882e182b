import { epochAt } from '@quorate/core'
import type { Books } from '../invariants/books.ts'
import type { EngineChecks } from '../invariants/engine-checks.ts'
import type { SimProcess } from './sim-process.ts'

/** The engine's own checks cost a copy of its state: they are made once in so many looks, and when its role changes. */
const lookInterval = 64

/** Looks at an engine after each step that changed it. */
export class ProcessInspector {
  private readonly books: Books
  private readonly checks: EngineChecks
  private readonly changed: (process: SimProcess, isNewRole: boolean) => void
  private readonly captured = new WeakMap<SimProcess, unknown>()
  /** Those whose role changed in the middle of a turn. */
  private readonly postponed = new WeakSet<SimProcess>()
  private looks = 0

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
    this.looks += 1
    if (isNewRole || this.looks % lookInterval === 0) this.postponed.add(process)
    if (process.isSettled && this.postponed.delete(process)) this.inspect(process)
  }

  /** The checks that need the engine's whole state. */
  private inspect(process: SimProcess): void {
    const { validate, checkDelta, log } = this.checks
    if (validate === undefined && checkDelta === undefined && log === undefined) return
    const state = process.engine!.capture()
    try {
      validate?.(state)
      if (this.captured.has(process)) checkDelta?.(this.captured.get(process), state)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.books.blame({ invariant: 'engine', message, node: process.node, context: {} })
    }
    this.captured.set(process, state)
    const { view } = process
    if (log === undefined || view?.established !== true) return
    const own = log(state)
    this.books.leadership.checkLog(process.node, view.epoch, (index) => epochAt(own, index))
  }
}
