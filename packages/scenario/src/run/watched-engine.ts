import {
  type AnyEngineDefinition,
  type Engine,
  type EngineDefinition,
  type NodeId,
  type Output,
  InvariantViolation,
  noOutput,
} from '@quorate/core'
import type { Blame, EngineChecks } from '@quorate/sim'

/** Who is told of what is found. */
export interface EngineWatcher {
  readonly checks: EngineChecks
  readonly blame: Blame
  /** The node is broken: from now on its engine is deaf and mute, until its process ends. */
  readonly onBroken: (node: NodeId) => void
}

/** The engine, checked after every turn, and silenced where it finds itself broken. */
export function watchedEngine(definition: AnyEngineDefinition, watcher: EngineWatcher): AnyEngineDefinition {
  const watch = (node: NodeId, engine: Engine): Engine => new WatchedEngine(node, engine, watcher)
  return {
    ...definition,
    create: (init) => watch(init.self, definition.create(init)),
    revive: (init, state) => watch(init.self, definition.revive(init, state)),
  } satisfies EngineDefinition
}

class WatchedEngine implements Engine {
  private readonly node: NodeId
  private readonly inner: Engine
  private readonly watcher: EngineWatcher
  private isBroken = false
  private before: unknown

  constructor(node: NodeId, inner: Engine, watcher: EngineWatcher) {
    this.node = node
    this.inner = inner
    this.watcher = watcher
  }

  step(...input: Parameters<Engine['step']>): void {
    this.guard(undefined, () => this.inner.step(...input))
  }

  take(): Output {
    return this.guard(noOutput, () => {
      const output = this.inner.take()
      this.check()
      return output
    })
  }

  observe(): ReturnType<Engine['observe']> {
    return this.inner.observe()
  }

  capture(): unknown {
    return this.inner.capture()
  }

  private guard<T>(otherwise: T, act: () => T): T {
    if (this.isBroken) return otherwise
    try {
      return act()
    } catch (error) {
      this.isBroken = true
      this.watcher.onBroken(this.node)
      this.report('assertion', error)
      return otherwise
    }
  }

  private check(): void {
    const { validate, checkDelta } = this.watcher.checks
    if (validate === undefined && checkDelta === undefined) return
    const state = this.inner.capture()
    try {
      validate?.(state)
      if (this.before !== undefined) checkDelta?.(this.before, state)
    } catch (error) {
      this.report('engine', error)
    }
    this.before = state
  }

  private report(invariant: 'assertion' | 'engine', error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const context = error instanceof InvariantViolation ? error.context : {}
    this.watcher.blame({ invariant, message: `replica ${this.node}: ${message}`, node: this.node, context })
  }
}
