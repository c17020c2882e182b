/**
 * How much of the platform a layer may see.
 * - `pure`: nothing that is not a function of its inputs, and nothing asynchronous.
 * - `handed-in`: no platform of its own; all time, randomness and IO come through the seams.
 * - `node`: Node's modules.
 * - `free`: what suits.
 */
export type Platform = 'pure' | 'handed-in' | 'node' | 'free'

/** A row of the layer table: what its packages may import and use. */
export interface Layer {
  readonly name: string
  readonly packages: readonly string[]
  /** Workspace packages, by directory; `undefined`: all. */
  readonly mayImport: readonly string[] | undefined
  /** Packages from the registry; `undefined`: what suits. */
  readonly libraries: readonly string[] | undefined
  readonly platform: Platform
}

const belowHost = ['core', 'codec']
const belowDrivers = [...belowHost, 'replica']
const engines = ['raft', 'zab', 'paxos']
const machines = ['znode', 'mvcc']
const drivers = ['runtime', 'sim', 'scenario', 'check', 'conformance']
const belowServices = [...belowDrivers, ...engines, ...machines, ...drivers]

/** The layer table, and the one place to change it. A package that is not here may not exist. */
export const layers: readonly Layer[] = [
  { name: 'vocabulary', packages: ['core'], mayImport: [], libraries: [], platform: 'pure' },
  { name: 'encoding', packages: ['codec'], mayImport: ['core'], libraries: ['msgpackr'], platform: 'pure' },
  { name: 'engines', packages: engines, mayImport: ['core'], libraries: [], platform: 'pure' },
  {
    name: 'machines',
    packages: machines,
    mayImport: belowHost,
    libraries: ['sorted-btree'],
    platform: 'pure',
  },
  { name: 'host', packages: ['replica'], mayImport: belowHost, libraries: [], platform: 'handed-in' },
  {
    name: 'drivers',
    packages: ['runtime'],
    mayImport: belowDrivers,
    libraries: ['rxjs', 'prom-client'],
    platform: 'node',
  },
  { name: 'drivers', packages: ['sim'], mayImport: belowDrivers, libraries: ['rxjs'], platform: 'handed-in' },
  {
    name: 'drivers',
    packages: ['scenario', 'check'],
    mayImport: [...belowDrivers, 'sim'],
    libraries: [],
    platform: 'handed-in',
  },
  {
    name: 'drivers',
    packages: ['conformance'],
    mayImport: [...belowDrivers, 'sim'],
    libraries: [],
    platform: 'handed-in',
  },
  {
    name: 'services',
    packages: ['zookeeper', 'etcd', 'client', 'recipes'],
    mayImport: belowServices,
    libraries: undefined,
    platform: 'free',
  },
  {
    name: 'people',
    packages: ['classroom', 'playground', 'bench', 'quorate'],
    mayImport: undefined,
    libraries: undefined,
    platform: 'free',
  },
]

/** Packages that are a web page or a program's shell: nobody imports them, so they export nothing. */
export const pages: readonly string[] = ['playground']

export function layerOf(directory: string): Layer | undefined {
  return layers.find(({ packages }) => packages.includes(directory))
}

/** What a package of that directory is called; undefined if the table does not know it. */
export function packageName(directory: string): string {
  return directory === 'quorate' ? 'quorate' : `@quorate/${directory}`
}

/** The directory of a workspace package's name; undefined for anything else. */
export function directoryOf(name: string): string | undefined {
  if (name === 'quorate') return name
  return name.startsWith('@quorate/') ? name.slice('@quorate/'.length) : undefined
}

/** Everything that may lie at the repository's top level besides what `.gitignore` names. */
export const topLevel: ReadonlySet<string> = new Set([
  '.ci',
  '.gitignore',
  '.npmrc',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'docs',
  'package.json',
  'packages',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'scripts',
  'test',
  'tsconfig.base.json',
  'tsconfig.build.json',
  'tsconfig.json',
  'typedoc.json',
  'vitest.config.ts',
])
