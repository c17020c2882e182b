import { HistoryError } from './history-error.ts'
import { show } from './recorded.ts'

/** One line of a file of JSON lines. */
export interface JsonRow {
  readonly fields: Readonly<Record<string, unknown>>
  /** From 1. */
  readonly line: number
}

/**
 * Splits JSON lines; empty lines are left out.
 *
 * @throws HistoryError when a line is not a JSON object
 */
export function jsonRows(text: string): readonly JsonRow[] {
  const rows: JsonRow[] = []
  for (const [index, row] of text.split('\n').entries()) {
    // Of a byte order mark too.
    const trimmed = row.trim()
    if (trimmed !== '') rows.push({ fields: fieldsOf(trimmed, index + 1), line: index + 1 })
  }
  return rows
}

function fieldsOf(row: string, line: number): JsonRow['fields'] {
  let fields: unknown
  try {
    fields = JSON.parse(row)
  } catch (error) {
    throw new HistoryError({
      found: `not JSON (${(error as Error).message})`,
      expected: 'one JSON object a line',
      line,
    })
  }
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
    return fields as JsonRow['fields']
  throw new HistoryError({ found: `found ${show(fields)}`, expected: 'one JSON object a line', line })
}
