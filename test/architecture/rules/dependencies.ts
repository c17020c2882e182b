import { packageOf } from '../imports.ts'
import { directoryOf, packageName } from '../layers.ts'
import type { Rule } from '../rule.ts'
import type { Violation } from '../violation.ts'
import { type Module, type Package, type Workspace, lineWith } from '../workspace.ts'

const rule = 'dependencies'

/** Names of packages that some modules import, with the first place of each. */
function importedPackages(
  self: Package,
  modules: readonly Module[],
): Map<string, { file: string; line: number }> {
  const found = new Map<string, { file: string; line: number }>()
  for (const { path, imports } of modules) {
    for (const { line, specifier } of imports) {
      const name = specifier === undefined ? undefined : packageOf(specifier)
      const isOwn = name === packageName(self.directory)
      if (name !== undefined && !isOwn && !found.has(name)) found.set(name, { file: path, line })
    }
  }
  return found
}

function checkSources(workspace: Workspace, self: Package): Violation[] {
  const manifest = `packages/${self.directory}/package.json`
  const declared = { ...self.manifest.peerDependencies, ...self.manifest.dependencies }
  const imported = importedPackages(self, self.src)
  const missing = [...imported].filter(([name]) => declared[name] === undefined)
  const idle = Object.keys(declared).filter((name) => !imported.has(name))
  const pinned = Object.entries(declared).filter(
    ([name, range]) => directoryOf(name) && range !== 'workspace:^',
  )
  const at = (name: string, message: string): Violation => {
    return { file: manifest, line: lineWith(workspace.files, manifest, `"${name}"`), rule, message }
  }
  return [
    ...missing.map(([name, { file, line }]) => ({
      file,
      line,
      rule,
      message: `add ${name} to dependencies in ${manifest}`,
    })),
    ...idle.map((name) => at(name, `src imports ${name} nowhere; take it out of dependencies`)),
    ...pinned.map(([name, range]) => at(name, `write "workspace:^" for ${name}, not "${range}"`)),
  ]
}

function checkTests({ manifest }: Workspace, self: Package): Violation[] {
  const declared = { ...self.manifest.dependencies, ...self.manifest.devDependencies }
  const isShared = (name: string): boolean =>
    directoryOf(name) === undefined && manifest.devDependencies?.[name] !== undefined
  return [...importedPackages(self, self.tests)]
    .filter(([name]) => declared[name] === undefined && !isShared(name))
    .map(([name, { file, line }]) => {
      const message = `add ${name} to devDependencies in packages/${self.directory}/package.json`
      return { file, line, rule, message }
    })
}

/** Tests in `test/` and the examples in the documents find every package. */
function checkRoot({ manifest, packages }: Workspace): Violation[] {
  return packages
    .map(({ directory }) => packageName(directory))
    .filter((name) => manifest.devDependencies?.[name] === undefined)
    .map((name) => ({ file: 'package.json', line: 1, rule, message: `add ${name} to devDependencies` }))
}

/** A package says what it needs, no less and no more. */
export const dependencies: Rule = {
  name: rule,
  law: 'declares exactly what it imports',
  check: (workspace) => [
    ...workspace.packages.flatMap((self) => [
      ...checkSources(workspace, self),
      ...checkTests(workspace, self),
    ]),
    ...checkRoot(workspace),
  ],
}
