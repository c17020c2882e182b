import { compareTimes } from '../history/times.ts'
import type { OrderGraph } from './order-graph.ts'
import type { SessionOperation } from './session-operation.ts'
import { isAnswered, isWrite } from './session-operation.ts'

/**
 * Adds what is known of the order of operations whatever they answered: the order of each session, real time before
 * writes and syncs, and zxids as far as they were recorded. Vertices from `operations.length` on are helpers.
 */
export function addKnownOrder(graph: OrderGraph, operations: readonly SessionOperation[]): void {
  addSessions(graph, operations)
  addRealTime(graph, operations)
  addZxids(graph, operations)
}

function addSessions(graph: OrderGraph, operations: readonly SessionOperation[]): void {
  const last = new Map<SessionOperation['session'], number>()
  for (const number of inOrder(operations, (a, b) => a.call - b.call)) {
    const operation = operations[number]!
    const before = last.get(operation.session)
    if (before !== undefined) graph.add(before, number, 'was called by the same session before')
    // What never answered may take effect later than what its session did next.
    if (isAnswered(operation)) last.set(operation.session, number)
  }
}

/**
 * All that had returned comes before what was called then to write, or to sync. Of these only the ones are added
 * that do not follow by another such in between.
 */
function addRealTime(graph: OrderGraph, operations: readonly SessionOperation[]): void {
  const returned = inOrder(operations, (a, b) => compareTimes(a.return, b.return))
  const later = inOrder(operations, (a, b) => a.call - b.call).filter((number) =>
    isFence(operations[number]!),
  )
  for (const number of later) {
    const { call } = operations[number]!
    let latest = -Infinity
    const before: number[] = []
    for (const other of returned) {
      if (!(operations[other]!.return < call)) break
      before.push(other)
      if (isFence(operations[other]!)) latest = Math.max(latest, operations[other]!.call)
    }
    for (const other of before) {
      if (!(operations[other]!.return < latest)) graph.add(other, number, 'had returned before the call of')
    }
  }
}

function isFence(operation: SessionOperation): boolean {
  return isWrite(operation) || operation.input.op === 'sync'
}

/** Lower zxids before higher ones, a write before what reflects it; with a helper between one place and the next. */
function addZxids(graph: OrderGraph, operations: readonly SessionOperation[]): void {
  const place = (operation: SessionOperation): number => operation.zxid! + (isWrite(operation) ? 0 : 0.5)
  const recorded = [...operations.keys()].filter((number) => operations[number]!.zxid !== undefined)
  const known = recorded.sort((a, b) => place(operations[a]!) - place(operations[b]!) || a - b)
  let helper = operations.length - 1
  let group: number[] = []
  for (const number of known) {
    const first = group[0]
    if (first !== undefined && place(operations[first]!) < place(operations[number]!)) {
      helper++
      for (const member of group) graph.add(member, helper, 'has a lower zxid than')
      group = []
    }
    if (helper >= operations.length) graph.add(helper, number, '')
    group.push(number)
  }
}

/** The operations' numbers in order. */
function inOrder(
  operations: readonly SessionOperation[],
  by: (a: SessionOperation, b: SessionOperation) => number,
): readonly number[] {
  const numbers = [...operations.keys()]
  return numbers.sort((a, b) => by(operations[a]!, operations[b]!) || a - b)
}
