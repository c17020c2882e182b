import { existsSync } from 'node:fs'
import { QuorateError } from '@quorate/core'
import { type RunFile, decodeRun, parseRun } from '@quorate/scenario'
import { readTextFile } from '../files/text-files.ts'
import type { RunOptions } from '../sim/run-seed.ts'
import { runOfSeed } from './run-parts.ts'

/** Shorter texts are names of files that are not there. */
const shortestLink = 40

/**
 * The run that `source` is: a file, a seed, or a link as `quorate sim` prints it.
 *
 * @throws QuorateError `USAGE` for what is none of them
 */
export function readRun(source: string, options: RunOptions): RunFile {
  if (existsSync(source)) return inFile(source, () => parseRun(readTextFile(source)))
  if (/^\d{1,15}$/.test(source)) return runOfSeed(options, Number(source))
  if (/^[\w-]+$/.test(source) && source.length >= shortestLink) return parseRun(decodeRun(source))
  throw new QuorateError('USAGE', `there is no file ${source}; give a run file, a seed, or a link to a run`)
}

/** Says in which file it was. */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof QuorateError)) throw cause
    throw new QuorateError(cause.code, `${file}: ${cause.message}`, { cause })
  }
}
