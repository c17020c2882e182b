import { LabFault } from './lab-fault.ts'

const longest = 20_000
const deepest = 40

/**
 * Plain data as JSON text: a value that nobody can change behind the grader's back, and that can be compared.
 *
 * @throws LabFault for anything that is not plain data, naming where in it
 */
export function plainText(value: unknown, what: string): string {
  check(value, { what, path: '' }, 0)
  const text = JSON.stringify(value)
  if (text.length > longest) throw new LabFault(`${what} has grown beyond ${longest} characters`)
  return text
}

/** A place in plain data: of what, and where in it. */
interface Place {
  readonly what: string
  readonly path: string
}

function check(value: unknown, place: Place, depth: number): void {
  if (depth > deepest) throw new LabFault(`${nameOf(place)} is nested too deeply, or in a circle`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return
    throw new LabFault(`${nameOf(place)} is ${value}, which a disk cannot keep; use null for "none yet"`)
  }
  if (typeof value !== 'object') {
    throw new LabFault(
      `${nameOf(place)} is ${value === undefined ? 'undefined; use null' : `a ${typeof value}, not plain data`}`,
    )
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], within(place, `[${i}]`), depth + 1)
    return
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const kind = value.constructor?.name ?? 'object with a prototype'
    throw new LabFault(`${nameOf(place)} is a ${kind}; use objects and arrays of plain data`)
  }
  for (const [key, field] of Object.entries(value)) {
    // As in JSON: a field that is undefined is absent.
    if (field !== undefined) check(field, within(place, `.${key}`), depth + 1)
  }
}

function within({ what, path }: Place, step: string): Place {
  return { what, path: path + step }
}

function nameOf({ what, path }: Place): string {
  return path === '' ? what : `${path.replace(/^\./, '')}, in ${what},`
}
