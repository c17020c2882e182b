/** A register's operation: a value to write, or a read. */
export type RegisterOperation = { readonly write: string } | 'read'
/** `null` for a write's answer, otherwise what was read. */
type Answer = string | null
/** For each other client with completed operations: the position of the last one. */
type Before = readonly (readonly [client: number, last: number])[]

/**
 * What clients of a register have seen so far, as part of a state: for each client its completed operations and the one
 * under way, each with what the other clients had completed when it began.
 */
export interface RegisterHistory {
  readonly done: readonly (readonly [client: number, operations: readonly Done[]])[]
  readonly open: readonly (readonly [client: number, before: Before, operation: RegisterOperation])[]
}

type Done = readonly [before: Before, operation: RegisterOperation, answer: Answer]

export const noHistory: RegisterHistory = { done: [], open: [] }

export function invoke(
  history: RegisterHistory,
  client: number,
  operation: RegisterOperation,
): RegisterHistory {
  const before = history.done
    .filter(([other, operations]) => other !== client && operations.length > 0)
    .map(([other, operations]) => [other, operations.length - 1] as const)
  const open = [...history.open, [client, before, operation] as const].sort(([a], [b]) => a - b)
  const known = history.done.some(([other]) => other === client)
  const done = known ? history.done : [...history.done, [client, []] as const].sort(([a], [b]) => a - b)
  return { done, open }
}

export function complete(history: RegisterHistory, client: number, answer: Answer): RegisterHistory {
  const call = history.open.find(([other]) => other === client)
  if (call === undefined) throw new Error(`client ${client} has an answer and no operation`)
  const done = history.done.map(([other, operations]) =>
    other === client
      ? ([other, [...operations, [call[1], call[2], answer] as const]] as const)
      : ([other, operations] as const),
  )
  return { done, open: history.open.filter(([other]) => other !== client) }
}

/** Is there an order of the operations, with some of those under way, that a register starting with `initial` allows? */
export function isLinearizable(history: RegisterHistory, initial: string): boolean {
  const counts = new Map(history.done.map(([client]) => [client, 0]))
  return place(history, counts, new Set(), initial)
}

function place(
  history: RegisterHistory,
  placed: ReadonlyMap<number, number>,
  openPlaced: ReadonlySet<number>,
  value: string,
): boolean {
  if (history.done.every(([client, operations]) => placed.get(client) === operations.length)) return true
  return history.done.some(([client, operations]) => {
    const position = placed.get(client)!
    if (position < operations.length) {
      const [before, operation, answer] = operations[position]!
      if (!isAfter(before, placed)) return false
      if (operation === 'read' && answer !== value) return false
      const next = operation === 'read' ? value : operation.write
      return place(history, new Map(placed).set(client, position + 1), openPlaced, next)
    }
    const open = history.open.find(([other]) => other === client)
    if (open === undefined || openPlaced.has(client) || !isAfter(open[1], placed)) return false
    const next = open[2] === 'read' ? value : open[2].write
    return place(history, placed, new Set([...openPlaced, client]), next)
  })
}

function isAfter(before: Before, placed: ReadonlyMap<number, number>): boolean {
  return before.every(([client, last]) => placed.get(client)! > last)
}
