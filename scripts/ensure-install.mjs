// Installs the workspace's packages with the pinned pnpm when the lockfile differs from what is installed.
import './check-node.mjs'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exclusively } from './exclusively.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wanted = join(root, 'pnpm-lock.yaml')
const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml')

const isCurrent = () =>
  existsSync(installed) && readFileSync(wanted, 'utf8') === readFileSync(installed, 'utf8')

/** Gives the exit code. Another process may have installed while this one waited. */
function install() {
  if (isCurrent()) return 0
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.log(`quorate: installing dependencies with ${packageManager} (only when the lockfile changed)`)
  const { status, error } = spawnSync('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, CI: 'true' },
  })
  if (error !== undefined) console.error(`quorate: npx did not start (${error.message}). Is npm installed?`)
  else if (status !== 0) {
    console.error(
      'quorate: the install failed; the reason is above. It needs the npm registry, and a lockfile',
    )
    console.error(`quorate: that fits every package.json (npx ${packageManager} install makes it fit).`)
  } else if (!isCurrent()) {
    console.error('quorate: the install ended well, but node_modules does not hold what pnpm-lock.yaml says.')
    console.error('quorate: remove node_modules and try again.')
    return 1
  }
  return status ?? 1
}

if (!isCurrent()) process.exitCode = exclusively(root, 'install', install)
