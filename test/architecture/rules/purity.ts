import ts from 'typescript'
import { layerOf } from '../layers.ts'
import { isReference, namesDeclaredIn } from '../names.ts'
import type { Rule } from '../rule.ts'
import { type SourceFile, hasModifier, lineOf, walk } from '../syntax.ts'

/** The platform's names that portable code does without, and why. The linter's list is the same: see `lint-bans.test.ts`. */
export const platformNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Date: 'the clock is handed in',
    performance: 'the clock is handed in',
    setTimeout: 'timers are handed in',
    setInterval: 'timers are handed in',
    setImmediate: 'timers are handed in',
    queueMicrotask: 'timers are handed in',
    crypto: 'randomness is handed in',
    process: 'there is no process in a browser',
    Buffer: 'bytes are Uint8Array',
    console: 'a logger is handed in',
    fetch: 'IO is handed in',
    require: 'modules are imported',
    globalThis: 'it hides what is used',
    FinalizationRegistry: 'when garbage is collected is not defined',
    WeakRef: 'when garbage is collected is not defined',
  }),
)

/** Members that give other results on other machines or in other runs, whatever they are called on. */
const platformMembers: ReadonlyMap<string, string> = new Map([
  ['localeCompare', 'its order depends on the machine; compare with <'],
  ['toLocaleString', 'its form depends on the machine'],
])

/** Why a node may not be in portable code; undefined if it may. */
function portabilityBreach(node: ts.Node, declared: ReadonlySet<string>): string | undefined {
  if (ts.isIdentifier(node) && isReference(node) && !declared.has(node.text)) {
    const reason = platformNames.get(node.text)
    return reason && `${node.text}: ${reason}`
  }
  if (isMathRandom(node)) return 'Math.random: randomness is handed in'
  if (!ts.isPropertyAccessExpression(node)) return undefined
  const reason = platformMembers.get(node.name.text)
  return reason && `${node.name.text}: ${reason}`
}

/** `Math.random`, `Math[…]`, `const { random } = Math`. */
function isMathRandom(node: ts.Node): boolean {
  const isMath = (value: ts.Node | undefined): boolean =>
    value !== undefined && ts.isIdentifier(value) && value.text === 'Math'
  if (ts.isPropertyAccessExpression(node)) return isMath(node.expression) && node.name.text === 'random'
  if (ts.isElementAccessExpression(node)) return isMath(node.expression)
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return false
  const taken = node.name.elements.map(({ propertyName, name }) => (propertyName ?? name).getText())
  return isMath(node.initializer) && taken.includes('random')
}

/** Why a node may not be in code whose results come at once; undefined if it may. `Promise` as a type may. */
function asynchronyBreach(node: ts.Node): string | undefined {
  const isAsync =
    hasModifier(node, ts.SyntaxKind.AsyncKeyword) ||
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing)
  if (isAsync) return 'async and await: pure code gives its results at once'
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return 'import(): pure code gives its results at once'
  }
  if (!ts.isIdentifier(node) || node.text !== 'Promise' || !isReference(node)) return undefined
  const isType = ts.isTypeReferenceNode(node.parent)
  return isType
    ? undefined
    : 'Promise: pure code gives its results at once (as a type of a host it may be named)'
}

function breachesOf(file: SourceFile, isPure: boolean): { line: number; message: string }[] {
  const found = new Map<string, { line: number; message: string }>()
  const declared = namesDeclaredIn(file)
  walk(file, (node) => {
    const message = portabilityBreach(node, declared) ?? (isPure ? asynchronyBreach(node) : undefined)
    if (message === undefined) return
    const line = lineOf(file, node)
    found.set(`${line} ${message}`, { line, message })
  })
  const references = [...file.tree.typeReferenceDirectives, ...file.tree.libReferenceDirectives]
  for (const { fileName, pos } of references) {
    const line = file.tree.getLineAndCharacterOfPosition(pos).line + 1
    found.set(fileName, { line, message: `/// <reference> to ${fileName}: brings the platform's types in` })
  }
  return [...found.values()]
}

/** Equal inputs give equal outputs, everywhere. */
export const purity: Rule = {
  name: 'purity',
  law: 'keeps clocks, randomness, timers and the platform out of portable packages, and promises out of pure ones',
  check: ({ packages }) =>
    packages.flatMap(({ directory, src }) => {
      const platform = layerOf(directory)?.platform
      if (platform !== 'pure' && platform !== 'handed-in') return []
      return src.flatMap((file) =>
        breachesOf(file, platform === 'pure').map((breach) => ({
          file: file.path,
          rule: 'purity',
          ...breach,
        })),
      )
    }),
}
