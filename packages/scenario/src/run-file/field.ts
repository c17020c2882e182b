import type { NodeId } from '@quorate/core'

/** What a place in a run file holds. */
export type FieldValue = number | boolean | string | readonly NodeId[]

/**
 * What may stand in a place.
 * - `milliseconds`, `microseconds`: a duration with its unit, `50ms`, `1.5s`, `100us`.
 * - `number`, `whole`: a number; `switch`: `true` or `false`; `word`: one of `words`.
 * - `node`: a replica's number, or one of `words`; `nodes`: several, with commas.
 */
export interface Field {
  readonly type: 'milliseconds' | 'microseconds' | 'number' | 'whole' | 'switch' | 'word' | 'node' | 'nodes'
  readonly least?: number
  readonly most?: number
  readonly words?: readonly string[]
}

const numberPattern = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
const durationPattern = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(ms|us|s|)$/i

/** Each unit in the one that the field is counted in. */
const factors = {
  milliseconds: { ms: 1, s: 1000, us: 0.001, '': 1 },
  microseconds: { us: 1, ms: 1000, s: 1_000_000, '': 1 },
} as const

/** Writes a value so that {@link parseField} gives the very same: numbers in as many digits as they need. */
export function formatField(value: FieldValue, { type }: Field): string {
  if (typeof value === 'object') return value.join(',')
  if (type === 'milliseconds') return `${value}ms`
  return type === 'microseconds' ? `${value}us` : String(value)
}

/** Reads a value; undefined if what stands there is none. `replicas`: how many nodes there are. */
export function parseField(text: string, field: Field, replicas: number): FieldValue | undefined {
  switch (field.type) {
    case 'switch':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'word':
      return field.words?.includes(text) === true ? text : undefined
    case 'node':
      return field.words?.includes(text) === true ? text : parseNode(text, replicas)
    case 'nodes':
      return parseNodes(text, replicas)
    case 'number':
    case 'whole':
      return within(numberPattern.test(text) ? Number(text) : undefined, field)
    case 'milliseconds':
    case 'microseconds':
      return within(parseDuration(text, field.type), field)
  }
}

/** What is expected, in words. */
export function describeField({ type, least, most, words }: Field, replicas: number): string {
  const unit = type === 'milliseconds' ? 'ms' : type === 'microseconds' ? 'us' : ''
  const range =
    (least === undefined ? '' : ` from ${least}${unit}`) + (most === undefined ? '' : ` to ${most}${unit}`)
  switch (type) {
    case 'switch':
      return 'true or false'
    case 'word':
      return (words ?? []).join(' or ')
    case 'node':
      return [`a replica from 1 to ${replicas}`, ...(words ?? [])].join(' or ')
    case 'nodes':
      return `replicas from 1 to ${replicas}, each once, such as 1,2`
    case 'whole':
      return `a whole number${range}`
    case 'number':
      return `a number${range}`
    case 'milliseconds':
    case 'microseconds':
      return `a duration${range}`
  }
}

function within(value: number | undefined, { type, least, most }: Field): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  if ((type === 'whole' || type === 'microseconds') && !Number.isSafeInteger(value)) return undefined
  return value >= (least ?? -Infinity) && value <= (most ?? Infinity) ? value : undefined
}

function parseDuration(text: string, type: 'milliseconds' | 'microseconds'): number | undefined {
  const match = durationPattern.exec(text)
  if (match === null) return undefined
  const unit = match[2]!.toLowerCase() as keyof (typeof factors)[typeof type]
  return Number(match[1]) * factors[type][unit]
}

function parseNode(text: string, replicas: number): NodeId | undefined {
  const node = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return node >= 1 && node <= replicas ? node : undefined
}

function parseNodes(text: string, replicas: number): readonly NodeId[] | undefined {
  const nodes = text === '' ? [] : text.split(',').map((part) => parseNode(part, replicas))
  const good = nodes.filter((node) => node !== undefined)
  return good.length === nodes.length && new Set(good).size === good.length ? good : undefined
}
