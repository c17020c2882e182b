import fs from 'node:fs'

/**
 * Tells this process from every other, past and future, as well as the platform lets it: a process id alone is used
 * again, in a container even at once.
 */
export interface ProcessIdentity {
  readonly pid: number
  /** When the process started, in the kernel's terms and with the boot's id; empty where that is not known. */
  readonly start: string
}

/** The identity of the process that has `pid` now; undefined if there is none. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  return isAlive(pid) ? { pid, start: startOf(pid) } : undefined
}

/** Is the process that wrote down `identity` still running? In doubt, yes. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid)
  if (now === undefined) return false
  return now.start === '' || identity.start === '' || now.start === identity.start
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function startOf(pid: number): string {
  try {
    // The command's name, in parentheses, may hold spaces; the fields are counted after it. Start time is the 22nd.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return ticks === undefined ? '' : `${boot}/${ticks}`
  } catch {
    return ''
  }
}
