import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { QuorateError } from '@quorate/core'
import type { OperationSource, WorkloadOperation } from './operation.ts'
import { parseOperation } from './operation-line.ts'

/** Operations that a user wrote down. */
export interface OperationsFile extends OperationSource {
  /** Operations in the file. */
  readonly size: number
  /** How many of them write a value that an earlier line has written already. */
  readonly repeatedValues: number
}

/**
 * Operations from a file of JSON lines, such as `{"op":"put","key":"k","value":"v"}`; `op` is put, get, delete or cas,
 * and cas may have `expected` too, null for "no value"; without it, cas reads first. Empty lines are skipped.
 *
 * Whichever client asks next gets the next line. At its end the file begins again; from the second round on every
 * `value` and `expected` gets `#` and the number of the round behind it, so that what one round writes is never taken
 * for another's, and a cas meets the same outcome among its round's operations. In the first round the file's values
 * are left exactly as they are. Where lines repeat a value, a check for linearizability is still right, but it has less
 * to go by: see {@link OperationsFile.repeatedValues}.
 *
 * Nothing is preloaded: a key has no value until the file gives it one.
 *
 * @throws QuorateError `USAGE` if there is no such file, it has no operations, or one of its lines is none
 */
export function fileOperations(path: string): OperationsFile {
  const operations = parseLines(path, readText(path))
  const mark = roundMark(operations)
  let taken = 0
  return {
    name: basename(path),
    size: operations.length,
    repeatedValues: countRepeated(operations),
    preload: () => [],
    next() {
      const operation = operations[taken % operations.length]!
      const round = Math.floor(taken / operations.length) + 1
      taken++
      return round === 1 ? operation : marked(operation, `${mark}${round}`)
    },
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a directory',
    }
    throw new QuorateError('USAGE', `cannot read ${path}: ${reasons[code ?? ''] ?? message}`, { cause })
  }
}

function parseLines(path: string, text: string): readonly WorkloadOperation[] {
  const operations: WorkloadOperation[] = []
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    const operation = parseOperation(line)
    if (typeof operation === 'string') {
      throw new QuorateError('USAGE', `${path} line ${i + 1}: ${operation}`, {
        details: { path, line: i + 1 },
      })
    }
    operations.push(operation)
  }
  if (operations.length === 0) throw new QuorateError('USAGE', `${path} has no operations`)
  return operations
}

/** `#`, or as many of them as occur in no value: so a marked value is never one of the file's own. */
function roundMark(operations: readonly WorkloadOperation[]): string {
  let mark = '#'
  while (operations.some((operation) => 'value' in operation && operation.value.includes(mark))) mark += '#'
  return mark
}

function marked(operation: WorkloadOperation, mark: string): WorkloadOperation {
  if (operation.op === 'put') return { ...operation, value: operation.value + mark }
  if (operation.op !== 'cas') return operation
  const { expected } = operation
  const value = operation.value + mark
  return typeof expected === 'string'
    ? { ...operation, expected: expected + mark, value }
    : { ...operation, value }
}

function countRepeated(operations: readonly WorkloadOperation[]): number {
  const values = operations.flatMap((operation) => ('value' in operation ? [operation.value] : []))
  return values.length - new Set(values).size
}
