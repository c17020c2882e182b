// One at a time: two `npm test` in one checkout neither install nor build at once.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const pause = 100
/** Milliseconds in which every install and build ends: an older lock is left over, whoever now has its process id. */
const longest = 15 * 60 * 1000

/**
 * Runs `work` while no other process does so under the same name; waits for the other one to end.
 *
 * @template T
 * @param {string} root the repository
 * @param {string} name what is done: names the lock and the message
 * @param {() => T} work
 * @returns {T}
 */
export function exclusively(root, name, work) {
  const lock = join(root, '.quorate', `${name}.lock`)
  const letGo = () => rmSync(lock, { force: true })
  mkdirSync(join(root, '.quorate'), { recursive: true })
  acquire(lock, name)
  process.once('exit', letGo)
  try {
    return work()
  } finally {
    letGo()
    process.removeListener('exit', letGo)
  }
}

function acquire(lock, name) {
  for (let isTold = false; !create(lock);) {
    if (isLeftOver(lock)) takeAway(lock)
    else if (!isTold)
      console.error(`quorate: waiting for another process to finish its ${name} (.quorate/${name}.lock)`)
    isTold = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
  }
}

function create(lock) {
  return unless('EEXIST', () => writeFileSync(lock, String(process.pid), { flag: 'wx' }))
}

/** Was its owner killed? A lock without a number in it is being written just now, unless that was long ago. */
function isLeftOver(lock) {
  let isOld = false
  let owner = 0
  const isThere = unless('ENOENT', () => {
    isOld = Date.now() - statSync(lock).mtimeMs > longest
    owner = Number(readFileSync(lock, 'utf8'))
  })
  return isThere && (isOld || (owner > 0 && !unless('ESRCH', () => process.kill(owner, 0), 'EPERM')))
}

/** Looks again at what it took away: another process may have been first, and this be its new lock. */
function takeAway(lock) {
  const taken = `${lock}.${process.pid}`
  if (!unless('ENOENT', () => renameSync(lock, taken))) return
  if (isLeftOver(taken)) rmSync(taken, { force: true })
  else renameSync(taken, lock)
}

/** Did it go well? False for the expected error code; `harmless` is a code that counts as well. */
function unless(code, run, harmless) {
  try {
    run()
    return true
  } catch (error) {
    if (error.code === harmless) return true
    if (error.code === code) return false
    throw error
  }
}
