import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const program = fileURLToPath(new URL('../../packages/quorate/bin/quorate.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process of the built program. It is killed when the test is over. */
export interface Running {
  readonly child: ChildProcess
  /** What it printed to stdout so far. */
  stdout(): string
  readonly ended: Promise<Ended>
  /** Resolves when stdout contains `text`; rejects if it ends before. */
  printed(text: string): Promise<void>
}

export function startQuorate(...words: string[]): Running {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Uint8Array) => (text.stdout += String(chunk)))
  child.stderr.on('data', (chunk: Uint8Array) => (text.stderr += String(chunk)))
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, ...text }))
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const printed = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.stdout.includes(wanted)) resolve()
      }
      child.stdout.on('data', look)
      void ended.then(({ stderr }) => reject(new Error(`it ended without printing "${wanted}": ${stderr}`)))
      look()
    })
  return { child, stdout: () => text.stdout, ended, printed }
}

export function runQuorate(...words: string[]): Promise<Ended> {
  return startQuorate(...words).ended
}

/** An empty directory that is removed when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
