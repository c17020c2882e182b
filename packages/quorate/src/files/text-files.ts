import { readFileSync, writeFileSync } from 'node:fs'
import { QuorateError } from '@quorate/core'

/** @throws QuorateError `USAGE` that says which file, and why it cannot be read */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new QuorateError('USAGE', `${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** @throws QuorateError `USAGE` that says which file, and why it cannot be written */
export function writeTextFile(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new QuorateError('USAGE', `${file} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
