import type { LoggedEntry, NodeStand } from '@quorate/scenario'
import { entryWhat } from './entry-text.ts'
import { type Shown, candidateKind } from './shown.ts'
import { commandsText, termWord } from './words.ts'

/** More entries than these are counted, the oldest first. */
const mostEntries = 6

/** How a node stands, in one sentence or two: what the words so far allow. */
export function standText(stand: NodeStand, engine: string, shown: Shown): string {
  const parts = [`Node ${stand.node}: ${opinionText(stand, engine, shown)}.`]
  if (shown.logs) parts.push(logText(stand, engine, shown))
  else if (stand.opinion !== undefined) parts.push(`Has applied ${commandsText(stand.opinion.applied)}.`)
  return parts.join(' ')
}

/** `leader, term 2`; `crashed`. */
export function opinionText({ node, opinion, isFrozen }: NodeStand, engine: string, shown: Shown): string {
  if (opinion === undefined) return 'crashed'
  const { role, epoch, leader } = opinion
  const whose = role === 'follower' && leader !== undefined && leader !== node ? ` of node ${leader}` : ''
  const parts = [
    ...(shown.roles ? [`${role}${whose}${candidateKind(opinion, shown)}`] : []),
    ...(shown.terms ? [`${termWord(engine)} ${epoch}`] : []),
    ...(isFrozen ? ['standing still'] : []),
  ]
  return parts.length === 0 ? 'running' : parts.join(', ')
}

/** `Log: 1 no command (term 1, committed); 2 "x" (term 1).` */
export function logText(stand: NodeStand, engine: string, shown: Shown): string {
  const { log, baseIndex } = stand
  const snapshot = baseIndex === 0 ? [] : [`up to ${baseIndex} in a snapshot`]
  const left = Math.max(0, log.length - mostEntries)
  const elided = left === 0 ? [] : [left === 1 ? '1 older entry' : `${left} older entries`]
  const entries = log.slice(left).map((entry) => {
    const marks = entryMarks(entry, stand, engine, shown)
    return `${entry.index} ${entryWhat(entry)}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`
  })
  const all = [...snapshot, ...elided, ...entries]
  const where = stand.isRunning || !shown.disks ? 'Log' : 'Log on disk'
  return `${where}: ${all.length === 0 ? 'empty' : all.join('; ')}.`
}

/** What is to be said of an entry besides its command: its leader's number, and how safe it is. */
export function entryMarks(
  entry: LoggedEntry,
  stand: NodeStand,
  engine: string,
  shown: Shown,
): readonly string[] {
  return [
    ...(shown.terms ? [`${termWord(engine)} ${entry.epoch}`] : []),
    ...(isKnownCommitted(entry, stand, shown) ? ['committed'] : []),
    ...(shown.disks && !entry.isDurable ? ['not on disk yet'] : []),
  ]
}

/** Does its node know it as committed? */
export function isKnownCommitted({ index }: LoggedEntry, { opinion }: NodeStand, shown: Shown): boolean {
  return shown.commits && opinion !== undefined && index <= opinion.commitIndex
}
