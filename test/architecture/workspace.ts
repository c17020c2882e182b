import type { Repository } from './repository.ts'
import { type Import, importsOf } from './imports.ts'
import { type SourceFile, parse } from './syntax.ts'

/** The fields of a `package.json` that rules look at. */
export interface Manifest {
  readonly name?: string
  readonly license?: string
  readonly type?: string
  readonly exports?: unknown
  readonly engines?: unknown
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The fields of a `tsconfig.json` that rules look at. */
export interface CompilerConfig {
  readonly compilerOptions?: { readonly types?: readonly string[]; readonly lib?: readonly string[] }
  readonly references?: readonly { readonly path: string }[]
}

/** A source file and what it imports. */
export interface Module extends SourceFile {
  readonly imports: readonly Import[]
}

/** One directory of `packages/`. */
export interface Package {
  readonly directory: string
  readonly manifest: Manifest
  readonly compiler: CompilerConfig
  readonly src: readonly Module[]
  readonly tests: readonly Module[]
}

/** The repository as rules see it. */
export interface Workspace {
  readonly files: Repository
  readonly manifest: Manifest
  readonly build: CompilerConfig
  readonly packages: readonly Package[]
  /** What is in `test/`: it crosses packages. */
  readonly tests: readonly Module[]
}

/** Reads the model out of the files; nothing but the files is looked at, so a test can make up a repository. */
export function workspaceOf(files: Repository): Workspace {
  const modulesUnder = (prefix: string): Module[] =>
    [...files.keys()].filter((path) => path.startsWith(prefix) && isTypeScript(path)).map(moduleAt)
  const moduleAt = (path: string): Module => {
    const source = parse(path, files.get(path) ?? '')
    return { ...source, imports: importsOf(source) }
  }
  const packageAt = (directory: string): Package => ({
    directory,
    manifest: json(files, `packages/${directory}/package.json`),
    compiler: json(files, `packages/${directory}/tsconfig.json`),
    src: modulesUnder(`packages/${directory}/src/`),
    tests: modulesUnder(`packages/${directory}/test/`),
  })
  const directories = [...files.keys()]
    .filter((path) => path.startsWith('packages/'))
    .map((p) => p.split('/')[1]!)
  return {
    files,
    manifest: json(files, 'package.json'),
    build: json(files, 'tsconfig.build.json'),
    packages: [...new Set(directories)].toSorted().map(packageAt),
    tests: modulesUnder('test/'),
  }
}

/** Every TypeScript module of the repository that rules look at. */
export function allModules(workspace: Workspace): readonly Module[] {
  return [...workspace.packages.flatMap(({ src, tests }) => [...src, ...tests]), ...workspace.tests]
}

function isTypeScript(path: string): boolean {
  return /\.(ts|tsx|mts)$/.test(path)
}

function json<T extends object>(files: Repository, path: string): T {
  return JSON.parse(files.get(path) ?? '{}') as T
}

/** The line on which `needle` stands in a file, from 1; 0 if it is not there. */
export function lineWith(files: Repository, path: string, needle: string): number {
  const position = (files.get(path) ?? '').indexOf(needle)
  return position < 0 ? 0 : (files.get(path) ?? '').slice(0, position).split('\n').length
}
