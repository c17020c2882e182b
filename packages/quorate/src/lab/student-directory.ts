import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LabFailure, type LabSeal, labData, startingFiles } from '@quorate/classroom'
import { QuorateError } from '@quorate/core'
import { readTextFile, writeTextFile } from '../files/text-files.ts'

/** What `lab.json` in a student's directory says. */
export interface Handout {
  readonly lab: string
  /** Of the teacher's hidden seeds. */
  readonly hidden: LabSeal | null
}

/** What `failure.json` says. */
export type FailureFile = LabFailure & { readonly lab: string }

const handoutFile = 'lab.json'
const failureFile = 'failure.json'

/**
 * Writes what a student starts with into a directory that is new or empty.
 *
 * @throws QuorateError `USAGE` for a lab that there is not, or a directory with something in it
 */
export function startDirectory(directory: string, handout: Handout): readonly string[] {
  labData(handout.lab)
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new QuorateError('USAGE', `${directory} is not empty; a lab starts in a directory of its own`)
  }
  mkdirSync(directory, { recursive: true })
  const files = { ...startingFiles(handout.lab), [handoutFile]: json(handout) }
  for (const [name, text] of Object.entries(files)) writeTextFile(join(directory, name), text)
  // So that Node takes the student's files for modules wherever the directory lies.
  writeTextFile(join(directory, 'package.json'), json({ private: true, type: 'module' }))
  return Object.keys(files)
}

/** @throws QuorateError `USAGE` for a directory that `quorate lab start` has not written */
export function readHandout(directory: string): Handout {
  const file = join(directory, handoutFile)
  if (!existsSync(file)) {
    throw new QuorateError(
      'USAGE',
      `${file} is not there; begin with: npx quorate lab start paxos ${directory}`,
    )
  }
  return parse<Handout>(file, ['lab'])
}

export function writeHandout(directory: string, handout: Handout): void {
  writeTextFile(join(directory, handoutFile), json(handout))
}

/** Writes the failure, or removes the one of an earlier check. Gives the file's name if there is one now. */
export function writeFailure(
  directory: string,
  lab: string,
  failure: LabFailure | undefined,
): string | undefined {
  const file = join(directory, failureFile)
  if (failure === undefined) {
    rmSync(file, { force: true })
    return undefined
  }
  writeTextFile(file, json({ lab, ...failure }))
  return file
}

/** @throws QuorateError `USAGE` for a file that `quorate lab check` has not written */
export function readFailure(file: string): FailureFile {
  return parse<FailureFile>(file, ['lab', 'part', 'setting', 'steps'])
}

function parse<T>(file: string, needed: readonly string[]): T {
  const text = readTextFile(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new QuorateError('USAGE', `${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const missing = needed.find((key) => (value as Record<string, unknown> | null)?.[key] === undefined)
  if (missing === undefined) return value as T
  throw new QuorateError('USAGE', `${file} has no "${missing}"; was it written by quorate lab?`)
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
