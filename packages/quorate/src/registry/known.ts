import { QuorateError } from '@quorate/core'

/** Finds `name` in a table of makers; otherwise one clear line that lists what there is. */
export function findKnown<T>(what: string, table: Readonly<Record<string, () => T>>, name: string): T {
  const make = Object.hasOwn(table, name) ? table[name] : undefined
  if (make !== undefined) return make()
  const names = Object.keys(table).join(', ')
  throw new QuorateError('USAGE', `unknown ${what} "${name}"; there is: ${names}`)
}
