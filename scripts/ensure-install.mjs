// Installs the workspace's packages with the pinned pnpm when the lockfile differs from what is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wanted = join(root, 'pnpm-lock.yaml')
const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml')

const isCurrent = () =>
  existsSync(installed) && readFileSync(wanted, 'utf8') === readFileSync(installed, 'utf8')

if (!isCurrent()) {
  console.log('quorate: installing dependencies (only when the lockfile changed)')
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const result = spawnSync('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' },
  })
  if (result.status !== 0) {
    console.error('quorate: the install failed; its own message is above. Is the npm registry reachable?')
    process.exit(result.status ?? 1)
  }
}
