import { type Changes, manifestOf, packageFiles } from './sample.ts'

/** A change to the sample that breaks one rule, and what the rule says about it. */
export interface WrongSample {
  readonly rule: string
  readonly what: string
  readonly changes: Changes
  /** `file:line`, or `file` alone. */
  readonly at: string
  /** A part of the message. */
  readonly says: string
}

const raft = 'packages/raft/src/index.ts'
const replica = 'packages/replica/src/index.ts'
const useCore = "import '@quorate/core'\n"
const lines = (count: number, line: string): string => `${line}\n`.repeat(count)

/** A wrong line in raft's source, after the import of core. */
function inRaft(rule: string, what: string, code: string, says: string): WrongSample {
  return { rule, what, changes: { [raft]: `${useCore}${code}\n` }, at: `${raft}:2`, says }
}

function inReplica(rule: string, what: string, code: string, says: string): WrongSample {
  return { rule, what, changes: { [replica]: `${useCore}${code}\n` }, at: `${replica}:2`, says }
}

const imports: readonly WrongSample[] = [
  inRaft(
    'layers',
    'an engine imports a machine',
    "import '@quorate/znode'",
    'raft (engines) may import core, not znode',
  ),
  inRaft('layers', 'a type import counts', "import type { Tree } from '@quorate/znode'", 'not znode'),
  inRaft('layers', 're-export counts', "export * from '@quorate/znode'", 'not znode'),
  inRaft('layers', 'import() counts', "void import('@quorate/znode')", 'not znode'),
  inRaft(
    'layers',
    'an import in a type counts',
    "export type T = import('@quorate/znode').Tree",
    'not znode',
  ),
  inRaft('layers', 'import() of a variable', 'void import(name)', 'not a literal'),
  inRaft(
    'layers',
    'an engine uses Node',
    "import { open } from 'node:fs'",
    'engines may not use Node (node:fs)',
  ),
  inRaft('layers', 'a built-in module without its prefix', "import { open } from 'fs'", 'write node:fs'),
  inRaft(
    'layers',
    'an engine uses a library',
    "import { Subject } from 'rxjs'",
    'engines may not depend on rxjs',
  ),
  inRaft('layers', 'a package imports its own name', "import '@quorate/raft'", 'its own files'),
  inRaft('layers', 'an unknown package', "import '@quorate/blockchain'", 'not in the layer table'),
  inReplica('layers', 'the host uses Node', "import 'node:net'", 'host may not use Node'),
  inReplica(
    'layers',
    'the host imports a driver',
    "import '@quorate/runtime'",
    'replica (host) may import core, codec',
  ),
  {
    rule: 'layers',
    what: 'a package that the table does not know',
    changes: packageFiles('blockchain', ['core']),
    at: 'packages/blockchain/package.json:1',
    says: 'give it a row',
  },
  inRaft('deep-imports', 'a deep import', "import '@quorate/core/src/ids.ts'", 'import @quorate/core itself'),
  inRaft(
    'deep-imports',
    'a relative path out',
    "import '../../core/src/ids.ts'",
    'leaves packages/raft/src/',
  ),
  inRaft('deep-imports', 'a source imports a test', "import '../test/help.ts'", 'leaves packages/raft/src/'),
  inRaft('deep-imports', 'an absolute path', "import '/opt/thing.ts'", 'true on one machine'),
  {
    rule: 'deep-imports',
    what: 'a test looks into another package',
    changes: { 'packages/raft/test/vote.test.ts': "import '../../core/src/ids.ts'\n" },
    at: 'packages/raft/test/vote.test.ts:1',
    says: 'leaves packages/raft/',
  },
  {
    rule: 'deep-imports',
    what: 'a test across packages looks into one',
    changes: { 'test/raft-znode.test.ts': "\nimport '../packages/raft/src/index.ts'\n" },
    at: 'test/raft-znode.test.ts:2',
    says: 'leaves test/',
  },
  {
    rule: 'import-cycles',
    what: 'three files in a circle',
    changes: {
      'packages/raft/src/a.ts': "import { b } from './b.ts'\n",
      'packages/raft/src/b.ts': "export * from './c.ts'\n",
      'packages/raft/src/c.ts': "import { type A } from './a.ts'\n",
    },
    at: 'packages/raft/src/a.ts:1',
    says: 'a.ts → b.ts → c.ts → a.ts',
  },
  {
    rule: 'package-cycles',
    what: 'two packages in a circle',
    changes: { 'packages/core/src/index.ts': "import type {} from '@quorate/raft'\n" },
    at: 'packages/core/package.json:1',
    says: 'core → raft → core',
  },
]

const manifests: readonly WrongSample[] = [
  {
    rule: 'dependencies',
    what: 'an import that is not declared',
    changes: { 'packages/raft/package.json': manifestOf('raft', []) },
    at: `${raft}:1`,
    says: 'add @quorate/core to dependencies',
  },
  {
    rule: 'dependencies',
    what: 'a dependency that is not used',
    changes: { [raft]: 'export {}\n' },
    at: 'packages/raft/package.json:1',
    says: 'imports @quorate/core nowhere',
  },
  {
    rule: 'dependencies',
    what: 'a workspace dependency with another range',
    changes: {
      'packages/raft/package.json': manifestOf('raft', [], { dependencies: { '@quorate/core': '^1.0.0' } }),
    },
    at: 'packages/raft/package.json:1',
    says: 'write "workspace:^"',
  },
  {
    rule: 'dependencies',
    what: 'a test uses what only the root has',
    changes: { 'packages/raft/test/vote.test.ts': "\nimport '@quorate/znode'\n" },
    at: 'packages/raft/test/vote.test.ts:2',
    says: 'add @quorate/znode to devDependencies',
  },
  {
    rule: 'dependencies',
    what: 'a package that the root does not know',
    changes: packageFiles('zab', ['core']),
    at: 'package.json:1',
    says: 'add @quorate/zab to devDependencies',
  },
  {
    rule: 'references',
    what: 'a missing reference',
    changes: { 'packages/raft/tsconfig.json': '{}' },
    at: 'packages/raft/tsconfig.json:1',
    says: 'add a reference to core',
  },
  {
    rule: 'references',
    what: 'a reference without a dependency',
    changes: { 'packages/core/tsconfig.json': '{ "references": [\n  { "path": "../raft" }] }' },
    at: 'packages/core/tsconfig.json:2',
    says: 'the reference to raft stands for no dependency',
  },
  {
    rule: 'references',
    what: "a pure package takes Node's types",
    changes: { 'packages/core/tsconfig.json': '{ "compilerOptions": { "types": ["node"] } }' },
    at: 'packages/core/tsconfig.json:1',
    says: 'portable',
  },
  {
    rule: 'references',
    what: 'a package that is not built',
    changes: packageFiles('zab', ['core']),
    at: 'tsconfig.build.json:1',
    says: 'add a reference to zab',
  },
  {
    rule: 'package-form',
    what: 'no README',
    changes: { 'packages/raft/README.md': undefined },
    at: 'packages/raft/README.md',
    says: 'write it',
  },
  {
    rule: 'package-form',
    what: 'no index',
    changes: { [raft]: undefined },
    at: raft,
    says: 'write it',
  },
  {
    rule: 'package-form',
    what: 'another license',
    changes: { 'packages/raft/package.json': manifestOf('raft', ['core'], { license: 'MIT' }) },
    at: 'packages/raft/package.json',
    says: '"license" is the same in every package: "Apache-2.0"',
  },
  {
    rule: 'package-form',
    what: 'a second way in',
    changes: {
      'packages/raft/package.json': manifestOf('raft', ['core'], { exports: { '.': './src/index.ts' } }),
    },
    at: 'packages/raft/package.json',
    says: '"exports" is the same',
  },
]

const code: readonly WrongSample[] = [
  inRaft('purity', 'the clock', 'export const now = Date.now()', 'Date: the clock is handed in'),
  inRaft(
    'purity',
    'the clock under cover',
    'declare const performance: { now(): number }; performance.now()',
    'performance',
  ),
  inRaft('purity', 'the clock through globalThis', "globalThis['Date']", 'globalThis: it hides'),
  inRaft('purity', 'randomness', 'export const dice = (): number => Math.random()', 'Math.random'),
  inRaft('purity', 'randomness taken apart', 'const { random: roll } = Math', 'Math.random'),
  inRaft('purity', 'randomness by a computed name', "Math['random']()", 'Math.random'),
  inRaft('purity', 'a timer as a value', 'const later = { setTimeout }', 'timers are handed in'),
  inRaft('purity', 'the process', 'if (process.env.DEBUG) {}', 'no process in a browser'),
  inRaft('purity', 'a Buffer as a type', 'export type Bytes = Buffer', 'bytes are Uint8Array'),
  inRaft('purity', 'an order that depends on the machine', "'a'.localeCompare('b')", 'compare with <'),
  inRaft('purity', 'an async function', 'export async function f() {}', 'async and await'),
  inRaft('purity', 'an async method', 'class A { async m() {} }', 'async and await'),
  inRaft('purity', 'await', 'await done', 'async and await'),
  inRaft('purity', 'await using', 'await using file = open()', 'async and await'),
  inRaft('purity', 'a promise', 'export const p = new Promise(() => {})', 'Promise: pure code'),
  inRaft('purity', 'a promise handed on', 'export { Promise }', 'Promise: pure code'),
  inRaft('purity', 'import()', "void import('./log.ts')", 'import(): pure code'),
  {
    rule: 'purity',
    what: "the platform's types by reference",
    changes: { [raft]: '/// <reference types="node" />\nimport \'@quorate/core\'\n' },
    at: `${raft}:1`,
    says: 'reference',
  },
  inReplica(
    'purity',
    'the host looks at the clock',
    'export const now = new Date()',
    'the clock is handed in',
  ),
  {
    rule: 'file-length',
    what: 'a long source file',
    changes: { [raft]: lines(501, '// line') },
    at: `${raft}:501`,
    says: '501 lines, at most 500',
  },
  {
    rule: 'file-length',
    what: 'a long test file',
    changes: { 'test/raft-znode.test.ts': lines(777, '// line') },
    at: 'test/raft-znode.test.ts:501',
    says: '777 lines',
  },
  {
    rule: 'file-median',
    what: 'most files are long',
    changes: Object.fromEntries(
      ['core', 'raft', 'znode'].map((name) => [`packages/${name}/src/index.ts`, lines(121, '//')]),
    ),
    at: 'packages',
    says: '121 lines, at most 120',
  },
  inRaft('function-length', 'a function', `export function f() {\n${lines(69, '  //')}}`, 'f has 71 lines'),
  inRaft('function-length', 'a method', `class A { m() {\n${lines(69, '  //')}} }`, 'm has 71 lines'),
  inRaft(
    'function-length',
    'a constructor',
    `class A { constructor() {\n${lines(69, '//')}} }`,
    'constructor has 71',
  ),
  inRaft('function-length', 'an arrow function', `const g = () => {\n${lines(69, '//')}}`, 'g has 71 lines'),
  {
    rule: 'function-length',
    what: 'a test',
    changes: { 'packages/raft/test/vote.test.ts': `it('votes', () => {\n${lines(69, '//')}})` },
    at: 'packages/raft/test/vote.test.ts:1',
    says: '71 lines',
  },
  {
    rule: 'file-names',
    what: 'a name in camel case',
    changes: { 'packages/raft/src/logStore.ts': 'export {}\n' },
    at: 'packages/raft/src/logStore.ts',
    says: 'logStore is not in kebab-case',
  },
  inRaft('default-exports', 'a default export', 'export default 1', 'by its name'),
  inRaft('default-exports', 'a default function', 'export default function f() {}', 'by its name'),
  inRaft('default-exports', 'a default by renaming', 'const a = 1; export { a as default }', 'by its name'),
  {
    rule: 'top-level',
    what: 'a file at the top level',
    changes: { 'notes.txt': '' },
    at: 'notes.txt',
    says: 'not listed',
  },
  inRaft('unfinished', 'a note to oneself', `// ${'TO' + 'DO'}: elections`, 'finish it'),
  inRaft('unfinished', 'another', `// ${'FIX' + 'ME'} later`, 'finish it'),
  {
    rule: 'machine-paths',
    what: 'a home directory in a document',
    changes: { 'docs/start.md': `Run it in \`${'/ho' + 'me/'}ada/quorate\`.\n` },
    at: 'docs/start.md:1',
    says: 'a path of one machine',
  },
  {
    rule: 'machine-paths',
    what: 'a registry in the lockfile',
    changes: { 'pnpm-lock.yaml': 'lockfileVersion: 9\n  resolution: {tarball: http://localhost/a.tgz}\n' },
    at: 'pnpm-lock.yaml:2',
    says: 'names a registry',
  },
]

/** One for each way of breaking each rule. */
export const wrongSamples: readonly WrongSample[] = [...imports, ...manifests, ...code]
