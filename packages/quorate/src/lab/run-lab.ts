import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  checkLab,
  labData,
  labIds,
  labReportText,
  openSeal,
  replayLab,
  sealOf,
  labSentence,
  wrapLabText,
} from '@quorate/classroom'
import { QuorateError } from '@quorate/core'
import { readTextFile, writeTextFile } from '../files/text-files.ts'
import type { CommandOutput } from '../report/command-output.ts'
import {
  type Handout,
  readFailure,
  readHandout,
  startDirectory,
  writeFailure,
  writeHandout,
} from './student-directory.ts'

/** `quorate lab`: the labs that there are. */
export function listLabs(output: CommandOutput): void {
  for (const id of labIds()) {
    const { title, summary } = labData(id)
    for (const line of wrapLabText(`${id.padEnd(8)} ${title}. ${summary}`, 9)) output.line(line)
  }
  output.line('')
  output.line('Begin with: npx quorate lab start paxos my-paxos')
}

/** `quorate lab start` */
export function startLab(lab: string, directory: string, output: CommandOutput): void {
  const files = startDirectory(directory, { lab, hidden: null })
  output.line(`${directory} now has ${files.join(', ')}. Read ${join(directory, 'README.md')} first.`)
  output.line(`Then, as often as you like: npx quorate lab check ${directory}`)
}

/** How `quorate lab check` is asked to work. */
export interface CheckLabOptions {
  readonly json?: boolean
  readonly saltFile?: string
}

/**
 * `quorate lab check`
 *
 * @returns 0 for full marks, else 1
 * @throws QuorateError `USAGE` for a directory that is none of a lab's, or a salt that was not sealed
 */
export async function runLabCheck(
  directory: string,
  { json = false, saltFile }: CheckLabOptions,
  output: CommandOutput,
): Promise<0 | 1> {
  const handout = readHandout(directory)
  const { title, parts } = labData(handout.lab)
  const report = await checkLab(handout.lab, directory, {
    hidden: hiddenSeeds(directory, handout, saltFile),
    onPart: (part) => output.progress(`${title}: ${parts[part]!.title}`),
  })
  output.progress('')
  const file = writeFailure(directory, handout.lab, report.failure)
  const replay = file && `npx quorate lab replay ${file}`
  const lines = json
    ? [JSON.stringify({ ...report, ...(replay !== undefined && { replay }) }, null, 2)]
    : labReportText(report, replay)
  for (const line of lines) output.line(line)
  return report.points === report.of ? 0 : 1
}

function hiddenSeeds(
  directory: string,
  { lab, hidden }: Handout,
  saltFile: string | undefined,
): readonly number[] {
  if (saltFile === undefined) return []
  if (hidden === null || hidden === undefined) {
    throw new QuorateError(
      'USAGE',
      `${join(directory, 'lab.json')} has no commitment to check the salt against`,
    )
  }
  return openSeal(lab, readTextFile(saltFile), hidden)
}

/**
 * `quorate lab replay`
 *
 * @returns 0 if nothing goes wrong any more, else 1
 */
export async function runLabReplay(file: string, output: CommandOutput): Promise<0 | 1> {
  const failure = readFailure(file)
  const { played, fault } = await replayLab(failure.lab, dirname(file), failure)
  const isLesson = failure.part === 'tests' ? ' (with the solution of the lab)' : ''
  for (const line of wrapLabText(`${failure.name}, ${failure.where}${isLesson}`, 0)) output.line(line)
  played.forEach(({ text, details, breaches }, i) => {
    output.line('')
    for (const line of wrapLabText(`${i + 1}. ${text}`, 3)) output.line(line)
    for (const detail of details) for (const line of wrapLabText(`   ${detail}`, 5)) output.line(line)
    for (const { invariant, message } of breaches) {
      for (const line of wrapLabText(`   BROKEN: ${invariant}. ${labSentence(message)}`, 5)) output.line(line)
    }
  })
  output.line('')
  for (const line of ending(failure, played, fault)) output.line(line)
  return fault === undefined && played.every(({ breaches }) => breaches.length === 0) ? 0 : 1
}

function ending(
  { steps, message, part }: ReturnType<typeof readFailure>,
  played: Awaited<ReturnType<typeof replayLab>>['played'],
  fault: string | undefined,
): readonly string[] {
  if (fault !== undefined) return wrapLabText(`It cannot be played: ${fault}`, 0)
  const lines: string[] = []
  if (played.length < steps.length) {
    const gone = `${steps.length - played.length} of ${steps.length} steps are not possible any more with the code as it is now.`
    lines.push(...wrapLabText(gone, 0))
  }
  if (played.some(({ breaches }) => breaches.length > 0)) return lines
  if (part === 'seeds' || part === 'explore')
    return [...lines, 'No invariant is broken in this run any more.']
  return [...lines, ...wrapLabText(`When it was found: ${message}`, 0)]
}

/** How `quorate lab seal` is asked to work. */
export interface SealOptions {
  readonly saltFile: string
  readonly count: number
  /** A student's directory to put the commitment into. */
  readonly into?: string
}

/** `quorate lab seal`: a salt that is not there yet is drawn. */
export function sealLab(lab: string, { saltFile, count, into }: SealOptions, output: CommandOutput): void {
  labData(lab)
  if (!existsSync(saltFile)) writeTextFile(saltFile, `${randomBytes(32).toString('hex')}\n`)
  const hidden = sealOf(lab, readTextFile(saltFile), count)
  if (into !== undefined) writeHandout(into, { ...readHandout(into), hidden })
  output.line(JSON.stringify({ lab, hidden }, null, 2))
}
