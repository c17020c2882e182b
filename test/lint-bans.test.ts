import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Layer, layers, packageName } from './architecture/layers.ts'
import { platformNames } from './architecture/rules/purity.ts'

// The linter's configuration says the same as the layer table, in another language. This test keeps the two in step:
// it lints one wrong file for each package of the table, with everything in it that some package may not use.

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const everyPackage = layers.flatMap(({ packages }) => packages)
const libraries = ['rxjs', 'msgpackr']

const wrongLines = [
  ...everyPackage.map((name) => `import '${packageName(name)}'`),
  ...libraries.map((name) => `import '${name}'`),
  "import 'node:fs'",
  "import '@quorate/core/src/ids.ts'",
  ...[...platformNames.keys()].map((name) => `export const use${name} = [${name}]`),
  'export const dice = Math.random()',
  'export async function later() {}',
  'export const promise = [Promise]',
]

let directory = ''
const findings = new Map<string, Set<string>>()

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-lint-'))
  cpSync(join(root, '.oxlintrc.json'), join(directory, '.oxlintrc.json'))
  for (const name of everyPackage) {
    mkdirSync(join(directory, 'packages', name, 'src'), { recursive: true })
    writeFileSync(join(directory, 'packages', name, 'src', 'wrong.ts'), wrongLines.join('\n'))
  }
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const { stdout } = spawnSync(process.execPath, [oxlint, '-f', 'unix', '.'], {
    cwd: directory,
    encoding: 'utf8',
  })
  for (const [, name, line] of stdout.matchAll(
    /^packages\/(\w+)\/src\/wrong\.ts:(\d+):.*(?:restricted|async)/gm,
  )) {
    const found = findings.get(name!) ?? new Set()
    findings.set(name!, found.add(wrongLines[Number(line) - 1]!))
  }
})

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** The lines that a package of this layer may not have. */
function bannedLines(layer: Layer): string[] {
  if (layer.mayImport === undefined || layer.platform === 'free') return []
  const { mayImport, platform } = layer
  const isPortable = platform !== 'node'
  const others = everyPackage.filter((name) => !mayImport.includes(name))
  return [
    ...others.map((name) => `import '${packageName(name)}'`),
    ...libraries
      .filter((name) => layer.libraries?.includes(name) === false)
      .map((name) => `import '${name}'`),
    ...(isPortable ? ["import 'node:fs'"] : []),
    "import '@quorate/core/src/ids.ts'",
    ...(isPortable ? wrongLines.filter((line) => line.startsWith('export const use')) : []),
    ...(isPortable ? ['export const dice = Math.random()'] : []),
    ...(platform === 'pure' ? ['export async function later() {}', 'export const promise = [Promise]'] : []),
  ]
}

describe('the linter', () => {
  for (const layer of layers) {
    for (const self of layer.packages) {
      it(`knows what ${self} may not use`, () => {
        expect([...(findings.get(self) ?? [])].toSorted()).toEqual(bannedLines(layer).toSorted())
      })
    }
  }
})
