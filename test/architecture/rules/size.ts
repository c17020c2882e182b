import ts from 'typescript'
import type { Rule } from '../rule.ts'
import { type SourceFile, countLines, lineOf, walk } from '../syntax.ts'
import { type Workspace, allModules } from '../workspace.ts'

const largestFile = 500
const largestFunction = 70
const largestMedian = 120

/** A file is one concept. */
export const fileLength: Rule = {
  name: 'file-length',
  law: `has no file over ${largestFile} lines`,
  check: (workspace) =>
    allModules(workspace).flatMap(({ path, text }) => {
      const lines = countLines(text)
      if (lines <= largestFile) return []
      const message = `${lines} lines, at most ${largestFile}; find the second concept in it and give it a file`
      return [{ file: path, line: largestFile + 1, rule: 'file-length', message }]
    }),
}

/** The middle length of the files in `src`. */
export function medianLength({ packages }: Workspace): number {
  const lengths = packages
    .flatMap(({ src }) => src.map(({ text }) => countLines(text)))
    .toSorted((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? 0
}

/** Most files are read at a glance. */
export const fileMedian: Rule = {
  name: 'file-median',
  law: `has a median of at most ${largestMedian} lines a source file`,
  check: (workspace) => {
    const median = medianLength(workspace)
    if (median <= largestMedian) return []
    const message = `the median source file has ${median} lines, at most ${largestMedian}; split the longest ones`
    return [{ file: 'packages', line: 0, rule: 'file-median', message }]
  },
}

function isMeasured(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return (
    ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && ts.isBlock(node.body as ts.Node)
  )
}

/** The callback of `describe(…)`, `describe.skipIf(…)(…)` and the like: a chapter, not a function. */
function isChapter(node: ts.Node): boolean {
  if (!ts.isCallExpression(node.parent)) return false
  return /^describe\b/.test(node.parent.expression.getText())
}

function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (node.name !== undefined) return node.name.getText()
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  const { parent } = node
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : 'function'
}

function longFunctions(file: SourceFile): { line: number; message: string }[] {
  const found: { line: number; message: string }[] = []
  walk(file, (node) => {
    if (!isMeasured(node) || isChapter(node)) return
    const line = lineOf(file, node)
    const lines = file.tree.getLineAndCharacterOfPosition(node.end).line + 2 - line
    if (lines <= largestFunction) return
    found.push({
      line,
      message: `${nameOf(node)} has ${lines} lines, at most ${largestFunction}; name its parts`,
    })
  })
  return found
}

/** A function fits a screen. */
export const functionLength: Rule = {
  name: 'function-length',
  law: `has no function over ${largestFunction} lines`,
  check: (workspace) =>
    allModules(workspace).flatMap((file) =>
      longFunctions(file).map((found) => ({ file: file.path, rule: 'function-length', ...found })),
    ),
}
