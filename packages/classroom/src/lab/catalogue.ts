import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { QuorateError } from '@quorate/core'
import type { LabDriver } from './driver.ts'
import type { Lab, LabData, Mutant } from './lab.ts'

/** Where the labs are: a directory for each. */
const home = fileURLToPath(new URL('../../labs/', import.meta.url))

/** The labs that there are, by id. */
export function labIds(): readonly string[] {
  const entries = readdirSync(home, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()
}

/** @throws QuorateError `USAGE` for a lab that there is not */
export function labData(id: string): LabData {
  if (!labIds().includes(id)) {
    throw new QuorateError('USAGE', `there is no lab "${id}"; there is: ${labIds().join(', ')}`)
  }
  return JSON.parse(readFileSync(join(home, id, 'lab.json'), 'utf8')) as LabData
}

/** Files that a student starts with, by name: the skeleton and the text. */
export function startingFiles(id: string): Readonly<Record<string, string>> {
  labData(id)
  const text = readFileSync(join(home, id, 'README.md'), 'utf8')
  return { 'README.md': text, ...filesOf(join(home, id, 'skeleton')) }
}

/**
 * A lab with its driver.
 *
 * @throws QuorateError `USAGE` for a lab that there is not
 */
export async function loadLab(id: string): Promise<Lab> {
  const data = labData(id)
  return {
    data,
    text: readFileSync(join(home, id, 'README.md'), 'utf8'),
    skeleton: filesOf(join(home, id, 'skeleton')),
    solution: filesOf(join(home, id, 'solution')),
    mutants: mutantsOf(join(home, id, 'mutants')),
    driver: await loadDriver(id),
  }
}

/** The driver of a lab is the module of that name beside this one. */
async function loadDriver(id: string): Promise<LabDriver> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const url = new URL(`drivers/${id}/driver.${extension}`, import.meta.url)
  const { driver } = (await import(url.href)) as { driver: LabDriver }
  return driver
}

function filesOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory).toSorted()
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

function mutantsOf(directory: string): readonly Mutant[] {
  return Object.entries(filesOf(directory)).map(([file, text]) => {
    const mutant = JSON.parse(text) as Omit<Mutant, 'name'>
    return { ...mutant, name: file.replace(/\.json$/, '') }
  })
}
