import { parseAst } from 'vite'
import { type Example, ExampleError } from './examples.ts'

/** A node of the syntax tree, as far as it is looked at here. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The name under which an instrumented example calls the check. */
const checkName = '__checkValue'

/**
 * An example as a module: `expression // => value` becomes a check, and each line keeps its number in the document, so
 * that a failure points at the document. The value may stand on lines of its own after the expression.
 */
export function moduleOf(example: Example, checkModule: string): string {
  const { code, line } = example
  const prelude = `import { checkValue as ${checkName} } from ${JSON.stringify(checkModule)};`
  return prelude + '\n'.repeat(line - 1) + instrument(example, statementsOf(code))
}

function instrument(example: Example, statements: readonly Node[]): string {
  const { code, document, line } = example
  const edits: Edit[] = []
  for (const { 0: comment, index } of code.matchAll(/\/\/ => .*/g)) {
    const place = `${document}:${line + code.slice(0, index).split('\n').length - 1}`
    const statement = statements.findLast(
      ({ end }) => end <= index && /^[\s;]*$/.test(code.slice(end, index)),
    )
    if (statement === undefined)
      throw new ExampleError(`${place}: there is no statement in front of "${comment}"`)
    const value = valueAt(code, index, place)
    edits.push(editFor(code, statement, value, place))
  }
  return edits.toSorted((a, b) => b.start - a.start).reduce(applyEdit, code)
}

function applyEdit(code: string, { start, end, text }: Edit): string {
  return code.slice(0, start) + text + code.slice(end)
}

/** Expression statements and declarations of one variable, at any depth, in the order of their ends. */
function statementsOf(code: string): readonly Node[] {
  const found: Node[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const node = value as Node
    if (node.type === 'ExpressionStatement' || node.type === 'VariableDeclaration') found.push(node)
    Object.values(node).forEach(visit)
  }
  visit(parseAst(code, { lang: 'ts' }).body)
  return found.toSorted((a, b) => a.end - b.end)
}

function editFor(code: string, statement: Node, value: string, place: string): Edit {
  const { start, end } = statement
  const source = code.slice(start, end).replace(/;\s*$/, '')
  const check = (actual: string): string => `;${checkName}(${actual}, (${value}), ${JSON.stringify(place)});`
  if (statement.type === 'ExpressionStatement') {
    const logged = /^console\.log\(([^]*)\)$/.exec(source)?.[1]
    return { start, end, text: check(logged ?? source) }
  }
  const name = /^(?:await\s+)?\w+\s+(\w+)\s*[:=]/.exec(source)?.[1]
  if (name === undefined) throw new ExampleError(`${place}: only a declaration of one name can be checked`)
  return { start, end, text: source + check(name) }
}

/** The value that a comment states, with the comment lines after it as long as it is not whole. */
function valueAt(code: string, position: number, place: string): string {
  const [first = '', ...rest] = code.slice(position).split('\n')
  let value = first.replace('// =>', '').trim()
  for (const line of rest) {
    const more = /^\s*\/\/(?! =>)(.*)$/.exec(line)?.[1]
    if (isExpression(value) || more === undefined) break
    value += ` ${more.trim()}`
  }
  if (!isExpression(value)) throw new ExampleError(`${place}: "${value}" is not an expression`)
  return value
}

function isExpression(source: string): boolean {
  try {
    const { body } = parseAst(`[${source}]`, { lang: 'ts' })
    const [statement] = body as unknown as { expression: { elements: readonly unknown[] } }[]
    return body.length === 1 && statement?.expression.elements.length === 1
  } catch {
    return false
  }
}
