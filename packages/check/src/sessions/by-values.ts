import type { Access } from '../models/model.ts'
import type { Value } from '../history/value.ts'
import { kv } from '../models/kv-model.ts'
import { OrderGraph } from './order-graph.ts'
import { addKnownOrder } from './known-order.ts'
import { inputOf } from './prefix.ts'
import type { Source } from './schedule.ts'
import { schedule, start } from './schedule.ts'
import type { SessionOperation } from './session-operation.ts'
import { isAnswered, isWrite, keyOf } from './session-operation.ts'
import type { SessionViolation } from './session-violation.ts'

/** What the values say where zxids were not recorded. */
export interface ValueOrder {
  readonly violation?: SessionViolation
  /** Why it could not be decided. */
  readonly undecided?: string
}

/** More operations are not decided by their values: it takes memory that grows with their square. */
const mostOperations = 8000

/**
 * Is there one order of all operations in which each session's are as it called them, writes respect real time, and
 * every answer is right? Found out from who read whose value: what was read comes between its write and the next, and
 * that forces an order of writes, and that more. A circle is a contradiction; an order that is found is proof; a value
 * that was written twice may leave it open.
 */
export function orderByValues(operations: readonly SessionOperation[]): ValueOrder {
  const values = new ValueSources(operations)
  const { members } = values
  if (members.length > mostOperations) {
    return {
      undecided: `there are over ${mostOperations} operations, and zxids were not recorded for all of them`,
    }
  }
  if (values.violation !== undefined) return { violation: values.violation }
  const graph = new OrderGraph(2 * members.length)
  addKnownOrder(graph, members)
  values.addSources(graph)
  do if (!graph.close()) return { violation: circleOf(graph, members) }
  while (values.addForced(graph))
  if (schedule(graph, members, values.sources)) return {}
  return { undecided: 'no order of the operations was found, and none was ruled out; zxids would tell' }
}

function circleOf(graph: OrderGraph, members: readonly SessionOperation[]): SessionViolation {
  const circle = graph.circle() ?? []
  const first = circle.findIndex((vertex) => vertex < members.length)
  const turned = [...circle.slice(first), ...circle.slice(0, first)]
  const parts: (string | SessionOperation)[] = []
  for (const [at, vertex] of turned.entries()) {
    const operation = members[vertex]
    if (operation === undefined) continue
    parts.push(operation, graph.reason(vertex, turned[(at + 1) % turned.length]!))
  }
  return { name: 'no-order', parts: [...parts, members[turned[0]!]!] }
}

/** Who read whose value. */
class ValueSources {
  /** What has a place in the order: what answered, and what did not but was seen. */
  readonly members: readonly SessionOperation[]
  readonly violation: SessionViolation | undefined
  private readonly accesses: readonly (Access<Value> | undefined)[]
  /** For each key the members that wrote it. */
  private readonly writers = new Map<string, number[]>()
  /** Each read with the one write that it can have seen, or {@link start}. */
  readonly sources: Source[] = []

  constructor(operations: readonly SessionOperation[]) {
    const candidates = operations.filter(({ input }) => input.op !== 'event')
    const writersOf = possibleWriters(candidates)
    const pendingSeen = new Set<SessionOperation>()
    const found: { readonly reader: SessionOperation; readonly writer: SessionOperation | undefined }[] = []
    for (const reader of candidates) {
      const saw = isAnswered(reader) ? accessOf(reader)?.saw : undefined
      if (saw === undefined) continue
      const writers = (writersOf.get(valueKey(reader, saw)) ?? []).filter((writer) => writer !== reader)
      const sources = saw === null ? [undefined, ...writers] : writers
      if (sources.length === 0) this.violation ??= unwritten(reader)
      if (sources.length !== 1) continue
      found.push({ reader, writer: sources[0] })
      if (sources[0] !== undefined && !isAnswered(sources[0])) pendingSeen.add(sources[0])
    }
    this.members = candidates.filter((one) => isAnswered(one) || pendingSeen.has(one))
    this.accesses = this.members.map(accessOf)
    const numbers = new Map(this.members.map((operation, number) => [operation, number]))
    for (const { reader, writer } of found) {
      const source = writer === undefined ? start : numbers.get(writer)!
      this.sources.push({ reader: numbers.get(reader)!, writer: source, key: keyOf(reader)! })
    }
    for (const [number, operation] of this.members.entries()) this.addWriter(number, operation)
  }

  private addWriter(number: number, operation: SessionOperation): void {
    const key = keyOf(operation)
    if (key === undefined || this.accesses[number]?.left === undefined) return
    const known = this.writers.get(key)
    if (known === undefined) this.writers.set(key, [number])
    else known.push(number)
  }

  /** A read comes after the write that it saw; and before all writes, if it saw the start. */
  addSources(graph: OrderGraph): void {
    for (const { reader, writer, key } of this.sources) {
      if (writer !== start) graph.add(writer, reader, 'wrote what was seen by')
      else {
        for (const other of this.writers.get(key) ?? []) {
          if (other !== reader) graph.add(reader, other, 'saw the key absent, before')
        }
      }
    }
  }

  /** No other write of the key comes between a write and who read it. False when nothing new follows from that. */
  addForced(graph: OrderGraph): boolean {
    let changed = false
    for (const { reader, writer, key } of this.sources) {
      if (writer === start) continue
      // There may be none for certain: the one that wrote it did not say whether it was refused.
      for (const other of this.writers.get(key) ?? []) {
        if (other === reader || other === writer) continue
        if (graph.isBefore(other, reader) && !graph.isBefore(other, writer)) {
          changed =
            graph.add(other, writer, 'cannot come between its value and who saw it, so before') || changed
        }
        if (graph.isBefore(writer, other) && !graph.isBefore(reader, other)) {
          changed = graph.add(reader, other, 'saw a value that was overwritten later, by') || changed
        }
      }
    }
    return changed
  }
}

const model = kv()

/** What an operation saw and left, as far as that is known. */
function accessOf(operation: SessionOperation): Access<Value> | undefined {
  const { input } = operation
  if (input.op === 'sync' || input.op === 'event') return undefined
  const access = model.access?.(inputOf(operation), operation.output)
  // What may have been refused neither saw nor left anything for certain.
  return access?.perhaps === true && isAnswered(operation) ? {} : access
}

function valueKey(operation: SessionOperation, value: Value): string {
  return `${JSON.stringify(value)} ${keyOf(operation)}`
}

/** Who may have written each value of each key. */
function possibleWriters(
  operations: readonly SessionOperation[],
): ReadonlyMap<string, readonly SessionOperation[]> {
  const writers = new Map<string, SessionOperation[]>()
  for (const operation of operations) {
    if (!isWrite(operation)) continue
    const left = leftBy(operation)
    const key = valueKey(operation, left)
    const known = writers.get(key)
    if (known === undefined) writers.set(key, [operation])
    else known.push(operation)
  }
  return writers
}

function leftBy({ input }: SessionOperation): Value {
  if (input.op === 'write') return input.value
  return input.op === 'cas' ? input.to : null
}

function unwritten(reader: SessionOperation): SessionViolation {
  return { name: 'wrong-answer', parts: [reader, 'saw a value that nobody wrote'] }
}
