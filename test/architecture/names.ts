import ts from 'typescript'
import { type SourceFile, hasModifier, walk } from './syntax.ts'

/** Nodes whose `name` makes something and refers to nothing: a member, a binding, a parameter, a type. */
function isNameOf(parent: ts.Node, node: ts.Identifier): boolean {
  if (ts.isShorthandPropertyAssignment(parent)) return false
  if (ts.isExportSpecifier(parent))
    return parent.parent.parent.moduleSpecifier !== undefined || parent.name !== node
  if (ts.isImportSpecifier(parent)) return true
  if (ts.isBindingElement(parent) && parent.propertyName === node) return true
  return 'name' in parent && parent.name === node
}

/** Does the identifier refer to a variable or type, rather than name a member or declare something? */
export function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isQualifiedName(parent)) return parent.left === node
  if (ts.isExportSpecifier(parent) && parent.propertyName !== undefined && parent.propertyName !== node)
    return false
  if (ts.isExportSpecifier(parent)) return parent.parent.parent.moduleSpecifier === undefined
  return !isNameOf(parent, node)
}

/** Is a declaration only a claim that something exists elsewhere? */
function isAmbient(node: ts.Node | undefined): boolean {
  for (let at = node; at !== undefined; at = at.parent) {
    if (hasModifier(at, ts.SyntaxKind.DeclareKeyword)) return true
  }
  return false
}

/**
 * Every name that the file itself gives to a variable, parameter, function, class or import: it does not mean the
 * platform's. Scopes are not told apart. `declare const process` gives no name: it is the platform's under cover.
 */
export function namesDeclaredIn(file: SourceFile): ReadonlySet<string> {
  const names = new Set<string>()
  walk(file, (node) => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node)
    if (isDeclaration && node.name !== undefined && ts.isIdentifier(node.name) && !isAmbient(node)) {
      names.add(node.name.text)
    }
  })
  return names
}
