import fs from 'node:fs'
import path from 'node:path'

/**
 * Makes a directory and those above it. Not `mkdirSync` with `recursive`: where a parent exists in which nothing can be
 * made (`/proc`), that tries for ever.
 */
export function makeDirectory(directory: string): void {
  if (fs.existsSync(directory)) return
  const parent = path.dirname(directory)
  if (parent !== directory) makeDirectory(parent)
  try {
    fs.mkdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
