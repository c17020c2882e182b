import { isDeepStrictEqual } from 'node:util'
import { packageName, pages } from '../layers.ts'
import type { Rule } from '../rule.ts'
import type { Package, Workspace } from '../workspace.ts'

const entryPoint = {
  '.': { '@quorate/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
  './package.json': './package.json',
}

/** Fields of `package.json` that have one form for all packages. */
function fixedFields({ directory }: Package): Record<string, unknown> {
  const common = {
    name: packageName(directory),
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20.19' },
  }
  return pages.includes(directory) ? common : { ...common, exports: entryPoint }
}

function checkPackage({ files }: Workspace, self: Package): { file: string; message: string }[] {
  const home = `packages/${self.directory}`
  const wanted = [`${home}/README.md`, ...(pages.includes(self.directory) ? [] : [`${home}/src/index.ts`])]
  const missing = wanted.filter((path) => !files.has(path))
  const wrong = Object.entries(fixedFields(self)).filter(
    ([field, value]) => !isDeepStrictEqual(self.manifest[field as keyof typeof self.manifest], value),
  )
  return [
    ...missing.map((file) => ({ file, message: 'every package has one; write it' })),
    ...wrong.map(([field, value]) => ({
      file: `${home}/package.json`,
      message: `"${field}" is the same in every package: ${JSON.stringify(value)}`,
    })),
  ]
}

/** Whoever knows one package knows where things are in all. */
export const packageForm: Rule = {
  name: 'package-form',
  law: 'gives every package the same form',
  check: (workspace) =>
    workspace.packages.flatMap((self) =>
      checkPackage(workspace, self).map((found) => ({ ...found, line: 0, rule: 'package-form' })),
    ),
}
