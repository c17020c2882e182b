import ts from 'typescript'
import { type SourceFile, lineOf, walk } from './syntax.ts'

/**
 * How a module is asked for.
 * - `value`: evaluated before the importer. `import { type T }` counts here: under `verbatimModuleSyntax` it is kept.
 * - `type`: erased.
 * - `dynamic`: `import()`, evaluated when it is reached.
 */
export type ImportKind = 'value' | 'type' | 'dynamic'

/** One mention of another module. */
export interface Import {
  readonly line: number
  readonly kind: ImportKind
  /** Undefined for `import()` of something that is not a literal. */
  readonly specifier: string | undefined
}

/** Every import of a file: `import`, `export … from`, `import()` and `import('…').Type`. */
export function importsOf(file: SourceFile): readonly Import[] {
  const imports: Import[] = []
  const add = (node: ts.Node, kind: ImportKind, specifier: ts.Node | undefined): void => {
    const text = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined
    imports.push({ line: lineOf(file, node), kind, specifier: text })
  }
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) {
      const erased = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      add(node, erased ? 'type' : 'value', node.moduleSpecifier)
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      add(node, node.isTypeOnly ? 'type' : 'value', node.moduleSpecifier)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, 'dynamic', node.arguments[0])
    } else if (ts.isImportTypeNode(node)) {
      add(node, 'type', ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined)
    }
  })
  return imports
}

/** `@scope/name` of `@scope/name/path`, `name` of `name/path`; undefined for relative and `node:` specifiers. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:)/.test(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
