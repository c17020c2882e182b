import { builtinModules } from 'node:module'
import { packageOf } from '../imports.ts'
import { type Layer, directoryOf, layerOf } from '../layers.ts'
import type { Rule } from '../rule.ts'
import type { Package } from '../workspace.ts'

const builtins = new Set(builtinModules)

/** What keeps a package from importing `specifier`; undefined if it may. */
function refusal(layer: Layer, self: Package, specifier: string | undefined): string | undefined {
  if (specifier === undefined) {
    return (
      layer.libraries && 'import() of something that is not a literal cannot be checked; write the name out'
    )
  }
  const name = packageOf(specifier)
  if (name === undefined) {
    const reachesNode =
      specifier.startsWith('node:') && (layer.platform === 'pure' || layer.platform === 'handed-in')
    return reachesNode
      ? `${layer.name} may not use Node (${specifier}); take it through a seam of core`
      : undefined
  }
  if (builtins.has(name)) return `write node:${name}`
  const directory = directoryOf(name)
  if (directory === undefined) {
    const isListed = layer.libraries?.includes(name) ?? true
    return isListed
      ? undefined
      : `${layer.name} may not depend on ${name}; if it must, change the layer table`
  }
  if (directory === self.directory) return 'a package imports its own files, not its own name'
  if (layerOf(directory) === undefined) return `${name} is not in the layer table`
  const isAllowed = layer.mayImport?.includes(directory) ?? true
  const allowed = layer.mayImport?.join(', ') || 'nothing'
  return isAllowed ? undefined : `${self.directory} (${layer.name}) may import ${allowed}, not ${directory}`
}

/** Imports follow the layer table. */
export const layerImports: Rule = {
  name: 'layers',
  law: 'imports only what its row of the layer table allows',
  check: ({ packages }) =>
    packages.flatMap((self) => {
      const layer = layerOf(self.directory)
      if (layer === undefined) {
        const message = 'not in the layer table; give it a row in test/architecture/layers.ts'
        return [{ file: `packages/${self.directory}/package.json`, line: 1, rule: 'layers', message }]
      }
      return self.src.flatMap(({ path, imports }) =>
        imports.flatMap(({ line, specifier }) => {
          const message = refusal(layer, self, specifier)
          return message === undefined ? [] : [{ file: path, line, rule: 'layers', message }]
        }),
      )
    }),
}
