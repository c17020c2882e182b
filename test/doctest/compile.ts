import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Example } from './examples.ts'
import { exampleModule } from './plugin.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const settings = {
  extends: '../../tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ['**/*.ts'],
}

/** Compiles examples (their documents' paths are from the root) and gives the compiler's complaints about them. */
export function compile(examples: readonly Example[]): readonly string[] {
  mkdirSync(join(root, '.quorate'), { recursive: true })
  const directory = mkdtempSync(join(root, '.quorate', 'examples-'))
  try {
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(settings))
    for (const { document, number, line, code } of examples) {
      const path = join(directory, exampleModule(document, number))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, '\n'.repeat(line - 1) + code)
    }
    const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc')
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], {
      cwd: directory,
      encoding: 'utf8',
    })
    const complaints = stdout.split('\n').filter((line) => line.includes('.example-'))
    return complaints.map((line) => line.replace(/\.example-\d+\.ts\((\d+),\d+\)/, ':$1'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
