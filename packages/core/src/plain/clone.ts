/**
 * Plain data: what engine state is made of. Primitives, arrays, maps, sets, byte arrays, and objects without a
 * prototype of their own.
 */
export type Plain = unknown

/** A copy that shares nothing that can change. Byte arrays and log entries are immutable by convention, and shared. */
export function clonePlain<T>(value: T): T {
  return cloneValue(value) as T
}

function cloneValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return cloneArray(value)
  if (value instanceof Uint8Array) return value
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, cloneValue(item)]))
  if (value instanceof Set) return new Set(value)
  if (isEntry(value)) return value
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) copy[key] = cloneValue((value as Record<string, unknown>)[key])
  return copy
}

/** A list is of one kind of thing: one of entries, by far the longest in any state, is copied without a look at each. */
function cloneArray(items: readonly unknown[]): unknown[] {
  const first = items[0]
  if (typeof first === 'object' && first !== null && isEntry(first)) return items.slice()
  return items.map(cloneValue)
}

/** Log entries are immutable but for their cached encoding. */
function isEntry(value: object): boolean {
  return 'encoded' in value && 'epoch' in value && 'kind' in value
}
