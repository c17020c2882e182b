import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { loadLab } from '../catalogue.ts'
import { gradePart } from '../grade/grade-part.ts'
import { faultOf, prepare, solutionOf } from '../grade/prepare.ts'
import { LabFault } from '../guard/lab-fault.ts'
import { poison } from '../guard/poison.ts'
import { Watch, thrown } from '../guard/watch.ts'
import type { Lab } from '../lab.ts'
import type { GradeTask, ReplayTask, Report, WorkOrder } from './protocol.ts'

// The program of the worker thread in which a student's code runs: it may not return, so nothing else may run here.
const order = workerData as WorkOrder
const notes: string[] = []

/** Imports of what has no path. */
const foreign: readonly RegExp[] = [
  /^\s*(?:import|export)\s[^'"=();]*\bfrom\s*['"](?![./])([^'"]+)['"]/m,
  /^\s*import\s*['"](?![./])([^'"]+)['"]/m,
  /\bimport\(\s*['"](?![./])([^'"]+)['"]/,
]

try {
  const lab = await loadLab(order.lab)
  const watch = new Watch(order.cells, notes)
  poison(notes)
  const { task } = order
  if (task.type === 'grade') await grade(lab, watch, task)
  else await replay(lab, watch, task)
} catch (error) {
  say({ type: 'unusable', message: faultOf(error) })
}
say({ type: 'done' })

function say(report: Report): void {
  parentPort?.postMessage(report)
}

async function grade(lab: Lab, watch: Watch, { parts, hidden }: GradeTask): Promise<void> {
  const module = await load(lab.data.module, lab)
  const tests = await load(lab.data.tests, lab).catch(faultOf)
  const grading = await prepare(lab, { module, tests, hidden }, watch)
  for (const part of parts) {
    say({ type: 'begun', part })
    say({ type: 'part', result: gradePart(part, grading) })
  }
}

async function replay(lab: Lab, watch: Watch, { failure }: ReplayTask): Promise<void> {
  const { driver, data } = lab
  const subject =
    failure.part === 'tests'
      ? (await solutionOf(lab, watch)).subject
      : driver.subject(await load(data.module, lab), watch)
  const { played } = driver.replay(subject, failure.setting, failure.steps)
  say({ type: 'replayed', played })
}

/** Loads a file of the student's; its place is the one after the driver's. */
async function load(file: string, { driver }: Lab): Promise<Readonly<Record<string, unknown>>> {
  const { cells, directory } = order
  refuseImports(file, join(directory, file))
  cells[1] = driver.places.length + 1
  try {
    const loaded = (await import(pathToFileURL(join(directory, file)).href)) as Record<string, unknown>
    if (notes.length === 0) return loaded
  } catch (error) {
    const hint = error instanceof SyntaxError ? `; node --check ${file} shows where` : ''
    throw new LabFault(`${file} cannot be loaded: ${thrown(error)}${hint}`)
  } finally {
    cells[1] = 0
  }
  throw new LabFault(`${file} uses ${notes[0]!} when it is loaded`)
}

/** What is not a file of the student's own is not there: a hurdle for the honest, no wall. */
function refuseImports(file: string, path: string): void {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new LabFault(`${file} is not there`)
  }
  const found = foreign.map((form) => form.exec(text)?.[1]).find((name) => name !== undefined)
  if (found === undefined) return
  throw new LabFault(`${file} imports ${found}; it may import files of its own directory only`)
}
