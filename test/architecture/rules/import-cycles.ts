import { posix } from 'node:path'
import { type Graph, cyclesOf, describeCycle } from '../cycles.ts'
import type { ImportKind } from '../imports.ts'
import { directoryOf } from '../layers.ts'
import type { Rule } from '../rule.ts'
import type { Module, Package, Workspace } from '../workspace.ts'

/** Who imports whom among the files of one package. `import()` waits until it is reached, so it closes no cycle. */
function importGraph(modules: readonly Module[], kinds: readonly ImportKind[]): Graph {
  const target = (from: string, specifier: string | undefined): string[] =>
    specifier?.startsWith('.') ? [posix.join(posix.dirname(from), specifier)] : []
  return new Map(
    modules.map(({ path, imports }) => [
      path,
      imports.filter(({ kind }) => kinds.includes(kind)).flatMap(({ specifier }) => target(path, specifier)),
    ]),
  )
}

function shortPath(path: string): string {
  return path.split('/').slice(3).join('/')
}

function fileCycles(self: Package, kinds: readonly ImportKind[]): readonly (readonly string[])[] {
  return cyclesOf(importGraph(self.src, kinds))
}

/** Cycles that only types close: harmless when running, but two concepts that cannot be read apart. */
export function typeCycles({ packages }: Workspace): readonly string[] {
  return packages.flatMap((self) => {
    if (fileCycles(self, ['value']).length > 0) return []
    return fileCycles(self, ['value', 'type']).map(
      (cycle) => `${self.directory}: ${describeCycle(cycle.map(shortPath))}`,
    )
  })
}

/** Files of a package are evaluated in one order. */
export const importCycles: Rule = {
  name: 'import-cycles',
  law: 'has no import cycle between the files of a package',
  check: ({ packages }) =>
    packages.flatMap((self) =>
      fileCycles(self, ['value']).map((cycle) => ({
        file: cycle[0]!,
        line: 1,
        rule: 'import-cycles',
        message: `${describeCycle(cycle.map(shortPath))}; move what both need to a third file (or: import type)`,
      })),
    ),
}

/** Packages are built in one order. Tests may point back: their dependencies are development's. */
export const packageCycles: Rule = {
  name: 'package-cycles',
  law: 'has no cycle between packages',
  check: ({ packages }) => {
    const used = ({ src, manifest }: Package): string[] => {
      const imported = src.flatMap(({ imports }) => imports.flatMap(({ specifier }) => specifier ?? []))
      const names = [...imported, ...Object.keys(manifest.dependencies ?? {})]
      return [...new Set(names.flatMap((name) => directoryOf(name) ?? []))]
    }
    const graph = new Map(packages.map((self) => [self.directory, used(self)]))
    return cyclesOf(graph).map((cycle) => ({
      file: `packages/${cycle[0]}/package.json`,
      line: 1,
      rule: 'package-cycles',
      message: `${describeCycle(cycle)}; what both need belongs in a layer below`,
    }))
  },
}
