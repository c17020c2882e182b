import { nearest } from './nearest.ts'
import type { WorkloadOperation } from './operation.ts'

type Operation = WorkloadOperation['op']

/** Fields that each operation has besides `op`, and no others. All must be there, but for the `expected` of a cas. */
const fieldsOf: Readonly<Record<Operation, readonly string[]>> = {
  put: ['key', 'value'],
  get: ['key'],
  delete: ['key'],
  cas: ['key', 'expected', 'value'],
}

const longestQuote = 40

/**
 * One line of an operations file, such as `{"op":"cas","key":"k","expected":null,"value":"v"}`.
 * A field too many, unless it is null, is refused like one too few: a slip that would change what is measured.
 *
 * @returns the operation, or a sentence saying what is wrong with the line
 */
export function parseOperation(line: string): WorkloadOperation | string {
  const record = parseRecord(line)
  if (record === undefined) return `not a JSON object: ${quote(line.trim())}`
  const op = record['op']
  if (op === undefined) return 'no "op"; expected put, get, delete or cas'
  if (!isOperation(op)) return `unknown op ${quote(op)}; expected put, get, delete or cas`
  const wrong = wrongFields(op, record) ?? wrongValues(op, record)
  if (wrong !== undefined) return wrong
  const { key, value, expected } = record as { key: string; value: string; expected?: string | null }
  if (op === 'put') return { op, key, value }
  if (op !== 'cas') return { op, key }
  return expected === undefined ? { op, key, value } : { op, key, expected, value }
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isRecord ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isOperation(op: unknown): op is Operation {
  return typeof op === 'string' && Object.hasOwn(fieldsOf, op)
}

function wrongFields(op: Operation, record: Readonly<Record<string, unknown>>): string | undefined {
  const wanted = fieldsOf[op]
  const isExtra = (field: string): boolean =>
    field !== 'op' && !wanted.includes(field) && record[field] !== null
  const extra = Object.keys(record).find(isExtra)
  const missing = wanted.find((field) => record[field] === undefined && field !== 'expected')
  if (extra !== undefined) {
    const meant = nearest(extra, wanted)
    const hint = meant === undefined ? `it takes ${wanted.join(', ')}` : `did you mean "${meant}"?`
    return `${op} takes no ${quote(extra)}; ${hint}`
  }
  if (missing === undefined) return undefined
  return `${op} needs "${missing}"`
}

function wrongValues(op: Operation, record: Readonly<Record<string, unknown>>): string | undefined {
  const { key, expected } = record as { key: unknown; expected?: unknown }
  const value = fieldsOf[op].includes('value') ? record['value'] : undefined
  if (typeof key !== 'string' || key === '')
    return `"key" must be a string that is not empty, not ${quote(key)}`
  if (value !== undefined && typeof value !== 'string') return `"value" must be a string, not ${quote(value)}`
  const isExpectation = expected === undefined || expected === null || typeof expected === 'string'
  return isExpectation ? undefined : `"expected" must be a string or null, not ${quote(expected)}`
}

/** Safe to print whatever the file holds: JSON escapes most control characters, this the others. */
function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined'
  const text = json.replace(
    /[\u007f-\u009f\u2028-\u202e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text
}
