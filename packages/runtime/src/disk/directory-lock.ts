import fs from 'node:fs'
import path from 'node:path'
import { QuorateError } from '@quorate/core'
import { identifyProcess, isRunning } from './process-identity.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** A lock that is held. */
export interface DirectoryLock {
  release(): void
}

const lockName = 'lock'

/** The directories that this process has locked. */
const held = new Set<string>()

/**
 * Locks a directory against other processes, and against a second opening in this one, by a file with the owner's
 * process id. The lock of a process that is gone, however it ended, is taken over.
 *
 * @throws QuorateError `STORAGE` naming the owner
 */
export function lockDirectory(directory: string): DirectoryLock {
  const real = fs.realpathSync(directory)
  if (held.has(real)) throw inUse(directory, 'this process')
  const file = path.join(real, lockName)
  const self = identifyProcess(process.pid)!
  // A few rounds: each time another process came first, and has ended since.
  for (let round = 0; round < 10; round++) {
    if (createOwned(file, self)) {
      held.add(real)
      return { release: () => release(real, file) }
    }
    const text = readIfThere(file)
    const owner = text === undefined ? undefined : parseOwner(text)
    if (owner !== undefined && isRunning(owner)) throw inUse(directory, `process ${owner.pid}`)
    if (text !== undefined) removeStale(file, text, self)
  }
  throw inUse(directory, 'another process')
}

function release(real: string, file: string): void {
  held.delete(real)
  fs.rmSync(file, { force: true })
}

/**
 * Removes the lock of a process that is gone. Two processes may find it at once: so whoever removes it holds, for that
 * moment, a lock on doing so, and looks once more whether it still is the same.
 */
function removeStale(file: string, stale: string, self: ProcessIdentity): void {
  const claim = `${file}.takeover`
  if (!createOwned(claim, self)) {
    const text = readIfThere(claim)
    const claimant = text === undefined ? undefined : parseOwner(text)
    if (claimant === undefined || !isRunning(claimant)) fs.rmSync(claim, { force: true })
    return
  }
  try {
    if (readIfThere(file) === stale) fs.rmSync(file, { force: true })
  } finally {
    fs.rmSync(claim, { force: true })
  }
}

/** Makes a file with this process's identity, whole or not at all. False: there is one. */
function createOwned(file: string, self: ProcessIdentity): boolean {
  const temporary = `${file}.${self.pid}`
  fs.writeFileSync(temporary, `${self.pid} ${self.start}\n`)
  try {
    // A link, unlike a new file, has its content from the start, and fails if the name is taken.
    fs.linkSync(temporary, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(temporary, { force: true })
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Who wrote the text; undefined if it makes no sense. */
function parseOwner(text: string): ProcessIdentity | undefined {
  const [pid, start] = text.trim().split(' ')
  const number = Number(pid)
  return Number.isSafeInteger(number) && number > 0 ? { pid: number, start: start ?? '' } : undefined
}

function inUse(directory: string, owner: string): QuorateError {
  return new QuorateError(
    'STORAGE',
    `the data directory ${directory} is in use by ${owner}: stop that one first, or choose another directory`,
    { details: { directory, owner } },
  )
}
