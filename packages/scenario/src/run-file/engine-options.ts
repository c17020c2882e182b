import { QuorateError } from '@quorate/core'

/** An option that fits on a line. */
export type OptionValue = number | boolean | string

/** An engine's options, flat: the name of a nested one has a dot for each level. */
export type EngineOptions = Readonly<Record<string, OptionValue>>

/** How a name in a file looks, with a replica's id as a level perhaps; those that mean something to every object are not among them. */
const namePattern = /^[A-Za-z]\w*(\.([A-Za-z]\w*|\d+))*$/
const reserved: ReadonlySet<string> = new Set(['constructor', 'prototype'])

/** May an option have that name? */
export function isOptionName(name: string): boolean {
  return namePattern.test(name) && !name.split('.').some((part) => reserved.has(part))
}

/**
 * An engine's options as a file has them: `{ unsafe: { commitOldTerms: true } }` as `unsafe.commitOldTerms`.
 *
 * @throws QuorateError `USAGE` for an option that cannot be written down
 */
export function flattenOptions(options: object): EngineOptions {
  const flat: Record<string, OptionValue> = {}
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined) continue
    if (typeof value === 'object' && value !== null) {
      for (const [inner, innermost] of Object.entries(flattenOptions(value)))
        flat[`${name}.${inner}`] = innermost
    } else {
      flat[name] = writable(name, value)
    }
  }
  return flat
}

/** Options as an engine's factory takes them. */
export function nestOptions(flat: EngineOptions): Record<string, unknown> {
  const options: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flat)) {
    if (!isOptionName(name)) throw new QuorateError('USAGE', `"${name}" is no name of an option`)
    const path = name.split('.')
    const last = path.pop()!
    let level = options
    for (const part of path) {
      const next = level[part] ?? {}
      if (typeof next !== 'object') throw bothValueAndGroup(part)
      level[part] = next
      level = next as Record<string, unknown>
    }
    if (level[last] !== undefined) throw bothValueAndGroup(last)
    level[last] = value
  }
  return options
}

function bothValueAndGroup(name: string): QuorateError {
  return new QuorateError('USAGE', `the option ${name} is both a value and a group`)
}

function writable(name: string, value: unknown): OptionValue {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'boolean') return value
  // A word that reads like a number or a switch would come back as one.
  if (typeof value === 'string' && /^[A-Za-z][\w.-]*$/.test(value) && value !== 'true' && value !== 'false') {
    return value
  }
  throw new QuorateError(
    'USAGE',
    `the option ${name} cannot be written in a run file: it is no number, switch or word`,
  )
}
