import { layerOf, packageName } from './layers.ts'
import { type Workspace, workspaceOf } from './workspace.ts'

/** Files by path; `undefined` takes one away. */
export type Changes = Readonly<Record<string, string | undefined>>

const names = (directories: readonly string[], range: string): Record<string, string> =>
  Object.fromEntries(directories.map((directory) => [packageName(directory), range]))

const references = (directories: readonly string[], prefix: string): { path: string }[] =>
  directories.map((directory) => ({ path: `${prefix}${directory}` }))

/** A `package.json` in the fixed form. */
export function manifestOf(directory: string, uses: readonly string[], more: object = {}): string {
  return JSON.stringify({
    name: packageName(directory),
    license: 'Apache-2.0',
    type: 'module',
    exports: {
      '.': { '@quorate/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    engines: { node: '>=20.19' },
    dependencies: names(uses, 'workspace:^'),
    ...more,
  })
}

/** The files of a package that keeps every law and imports `uses`. */
export function packageFiles(directory: string, uses: readonly string[]): Changes {
  const home = `packages/${directory}`
  const types = layerOf(directory)?.platform === 'node' ? { types: ['node'] } : {}
  return {
    [`${home}/README.md`]: `# ${directory}\n`,
    [`${home}/package.json`]: manifestOf(directory, uses),
    [`${home}/tsconfig.json`]: JSON.stringify({
      compilerOptions: types,
      references: references(uses, '../'),
    }),
    [`${home}/src/index.ts`]: `${uses.map((use) => `import '${packageName(use)}'\n`).join('')}export {}\n`,
  }
}

const directories = ['core', 'raft', 'replica', 'runtime', 'znode']

const goodFiles: Changes = {
  'package.json': JSON.stringify({ devDependencies: { ...names(directories, 'workspace:*'), vitest: '4' } }),
  'tsconfig.build.json': JSON.stringify({ references: references(directories, './packages/') }),
  'README.md': '# Sample\n',
  ...packageFiles('core', []),
  ...packageFiles('raft', ['core']),
  ...packageFiles('znode', ['core']),
  ...packageFiles('replica', ['core']),
  ...packageFiles('runtime', ['core', 'replica']),
  'packages/raft/test/vote.test.ts': "import { it } from 'vitest'\nimport '../src/index.ts'\n",
  'test/raft-znode.test.ts': "import '@quorate/raft'\nimport '@quorate/znode'\nimport './support.ts'\n",
}

/** A small repository that keeps every law, but for the changes. */
export function sampleWith(changes: Changes): Workspace {
  const files = Object.entries({ ...goodFiles, ...changes })
  return workspaceOf(new Map(files.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))))
}
