// Compiles every package with TypeScript 7. A build with nothing to do takes about 100 ms.
import './check-node.mjs'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exclusively } from './exclusively.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc')

/** Gives the exit code. */
function build() {
  if (!existsSync(compiler)) {
    console.error(
      'quorate: the compiler is not installed. Run `npm run build`, which installs what is missing.',
    )
    return 1
  }
  const { status } = spawnSync(process.execPath, [compiler, '-b', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) console.error('quorate: the build failed; the errors are above.')
  return status ?? 1
}

process.exitCode = exclusively(root, 'build', build)
