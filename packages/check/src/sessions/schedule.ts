import type { Value } from '../history/value.ts'
import { kv } from '../models/kv-model.ts'
import { impossible } from '../models/model.ts'
import type { OrderGraph } from './order-graph.ts'
import { inputOf } from './prefix.ts'
import type { SessionOperation } from './session-operation.ts'
import { isRead, isWrite, keyOf } from './session-operation.ts'

/** Stands for the writer of what was there at the start. */
export const start = -1

/** A read with the one write that it can have seen, or {@link start}. */
export interface Source {
  readonly reader: number
  readonly writer: number
  readonly key: string
}

const model = kv()

/**
 * Looks for an order of the operations that the graph allows and in which every answer is right; what it finds it has
 * checked step by step. It does not go back, so it may miss one.
 */
export function schedule(
  graph: OrderGraph,
  operations: readonly SessionOperation[],
  sources: readonly Source[],
): boolean {
  return new Schedule(graph, operations, sources).run()
}

class Schedule {
  private readonly graph: OrderGraph
  private readonly operations: readonly SessionOperation[]
  private readonly waits: Int32Array
  private readonly ready: number[] = []
  private readonly states = new Map<string, Value>()
  private readonly readersOf = new Map<number, number[]>()
  /** For each key, who has yet to read what it holds. */
  private readonly readers = new Map<string, Set<number>>()
  private placed = 0

  constructor(graph: OrderGraph, operations: readonly SessionOperation[], sources: readonly Source[]) {
    for (const { reader, writer } of sources) {
      this.readersOf.set(writer, [...(this.readersOf.get(writer) ?? []), reader])
    }
    this.graph = graph
    this.operations = operations
    this.waits = new Int32Array(graph.size)
    for (let vertex = 0; vertex < graph.size; vertex++) {
      for (const next of graph.after(vertex)) this.waits[next]!++
    }
    for (let vertex = 0; vertex < graph.size; vertex++) if (this.waits[vertex] === 0) this.ready.push(vertex)
  }

  run(): boolean {
    while (this.ready.length > 0) {
      const at = this.choose()
      if (at < 0) return false
      const [vertex] = this.ready.splice(at, 1)
      this.place(vertex!)
    }
    return this.placed === this.graph.size
  }

  /** What changes nothing comes first. */
  private choose(): number {
    const harmless = this.ready.findIndex((vertex) => this.isHarmless(vertex) && this.fits(vertex))
    if (harmless >= 0) return harmless
    return this.ready.findIndex((vertex) => this.fits(vertex))
  }

  private isHarmless(vertex: number): boolean {
    const operation = this.operations[vertex]
    return operation === undefined || operation.input.op === 'sync' || isRead(operation)
  }

  private fits(vertex: number): boolean {
    const operation = this.operations[vertex]
    const key = operation && keyOf(operation)
    if (operation === undefined || key === undefined) return true
    if (isWrite(operation) && this.isStillRead(key, vertex)) return false
    return model.step(this.stateOf(key), inputOf(operation), operation.output) !== impossible
  }

  /** True when others have yet to read what the key holds. */
  private isStillRead(key: string, vertex: number): boolean {
    const readers = this.readers.get(key)
    return readers !== undefined && readers.size > (readers.has(vertex) ? 1 : 0)
  }

  private place(vertex: number): void {
    const operation = this.operations[vertex]
    const key = operation && keyOf(operation)
    if (operation !== undefined && key !== undefined) {
      const after = model.step(this.stateOf(key), inputOf(operation), operation.output)
      if (after !== impossible) this.states.set(key, after)
      this.readers.get(key)?.delete(vertex)
      const readers = this.readersOf.get(vertex)
      if (readers !== undefined) this.readers.set(key, new Set(readers))
    }
    this.placed++
    for (const next of this.graph.after(vertex)) if (--this.waits[next]! === 0) this.ready.push(next)
  }

  private stateOf(key: string): Value {
    return this.states.has(key) ? this.states.get(key)! : model.initial()
  }
}
