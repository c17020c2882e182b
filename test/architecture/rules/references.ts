import { directoryOf, layerOf } from '../layers.ts'
import type { Rule } from '../rule.ts'
import type { Violation } from '../violation.ts'
import { type CompilerConfig, type Package, type Workspace, lineWith } from '../workspace.ts'

const rule = 'references'

function referenced(config: CompilerConfig, prefix: string): string[] {
  return (config.references ?? []).map(({ path }) =>
    path.startsWith(prefix) ? path.slice(prefix.length) : path,
  )
}

/** What is in the one list and not in the other, as violations of `file`. */
function differences(workspace: Workspace, file: string, actual: string[], wanted: string[]): Violation[] {
  const missing = wanted.filter((name) => !actual.includes(name))
  const extra = actual.filter((name) => !wanted.includes(name))
  return [
    ...missing.map((name) => ({ file, line: 1, rule, message: `add a reference to ${name}` })),
    ...extra.map((name) => {
      const message = `the reference to ${name} stands for no dependency; take it out`
      return { file, line: lineWith(workspace.files, file, `/${name}"`), rule, message }
    }),
  ]
}

function checkPackage(workspace: Workspace, { directory, manifest, compiler }: Package): Violation[] {
  const file = `packages/${directory}/tsconfig.json`
  const wanted = Object.keys(manifest.dependencies ?? {}).flatMap((name) => directoryOf(name) ?? [])
  const found = differences(workspace, file, referenced(compiler, '../'), wanted)
  const platform = layerOf(directory)?.platform
  const isPortable = platform === 'pure' || platform === 'handed-in'
  if (
    isPortable &&
    (compiler.compilerOptions?.types !== undefined || compiler.compilerOptions?.lib !== undefined)
  ) {
    const message =
      'takes types and lib from tsconfig.base.json: that is how the compiler proves that it is portable'
    found.push({ file, line: 1, rule, message })
  }
  return found
}

/** The compiler's view of the packages is pnpm's. */
export const references: Rule = {
  name: rule,
  law: 'has a compiler reference for each workspace dependency',
  check: (workspace) => [
    ...workspace.packages.flatMap((self) => checkPackage(workspace, self)),
    ...differences(
      workspace,
      'tsconfig.build.json',
      referenced(workspace.build, './packages/'),
      workspace.packages.map(({ directory }) => directory),
    ),
  ],
}
