import ts from 'typescript'
import { topLevel } from '../layers.ts'
import type { Rule } from '../rule.ts'
import { type SourceFile, hasModifier, lineOf, walk } from '../syntax.ts'
import { allModules } from '../workspace.ts'

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** A file is named for its concept: `log-store.ts`, `log-store.test.ts`, `log-store.test-d.ts`. */
export const fileNames: Rule = {
  name: 'file-names',
  law: 'names files and directories in kebab-case',
  check: (workspace) =>
    allModules(workspace).flatMap(({ path }) => {
      const parts = path.split('/').flatMap((part) => part.split('.'))
      const wrong = parts.find((part) => !kebabCase.test(part))
      if (wrong === undefined) return []
      return [
        { file: path, line: 0, rule: 'file-names', message: `${wrong} is not in kebab-case; rename it` },
      ]
    }),
}

function defaultExports(file: SourceFile): number[] {
  const lines: number[] = []
  walk(file, (node) => {
    const isDefault =
      (ts.isExportAssignment(node) && node.isExportEquals !== true) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default') ||
      hasModifier(node, ts.SyntaxKind.DefaultKeyword)
    if (isDefault) lines.push(lineOf(file, node))
  })
  return lines
}

/** A thing has one name, the same everywhere. */
export const noDefaultExports: Rule = {
  name: 'default-exports',
  law: 'has no default exports',
  check: (workspace) =>
    allModules(workspace).flatMap((file) =>
      defaultExports(file).map((line) => ({
        file: file.path,
        line,
        rule: 'default-exports',
        message: 'export it by its name',
      })),
    ),
}

/** Whoever opens the repository sees what it is. */
export const topLevelEntries: Rule = {
  name: 'top-level',
  law: 'keeps to the listed entries at the top level',
  check: ({ files }) =>
    [...new Set([...files.keys()].map((path) => path.split('/')[0]!))]
      .filter((entry) => !topLevel.has(entry))
      .map((file) => ({
        file,
        line: 0,
        rule: 'top-level',
        message: 'not listed; find it a place, or list it in test/architecture/layers.ts with a reason',
      })),
}
