import type { NodeStand } from '@quorate/scenario'
import type { Frame, PlayedLesson } from './frame.ts'
import { entryMarks, opinionText } from './stand-text.ts'
import { entryInFull } from './entry-text.ts'
import { toldMembers } from './members-text.ts'
import { article, commandsText } from './words.ts'

/** Something looked at closely: a title and lines. */
export interface Inspected {
  readonly title: string
  readonly lines: readonly string[]
}

/**
 * Looks at a node, its log, a message, or what the engines say of their rules, as of frame `at`. A text says why there is
 * nothing to see.
 */
export function inspect(
  played: PlayedLesson,
  at: number,
  what: 'node' | 'log' | 'message' | 'rules',
  number = 0,
): Inspected | string {
  const frame = played.frames[at]
  if (frame?.run === undefined) return 'There are no nodes here; they come with a scene.'
  if (what === 'rules') return rulesOf(frame)
  if (what === 'message') return messageOf(played, frame.run, number)
  const stand = standAt(played, at)?.find(({ node }) => node === number)
  if (stand === undefined) return `There is no node ${number} here.`
  const { engine } = played.runs[frame.run]!
  return what === 'node' ? nodeLines(stand, engine, played) : logLines(stand, engine, played)
}

/** The newest stands at or before a frame, in its run. */
function standAt({ frames }: PlayedLesson, at: number): readonly NodeStand[] | undefined {
  const { run } = frames[at]!
  for (let i = at; i >= 0 && frames[i]!.run === run; i--) {
    const frame = frames[i]!
    if ('stands' in frame) return frame.stands
  }
  return undefined
}

function rulesOf(frame: Frame): Inspected | string {
  if (frame.type !== 'step' || frame.rules.length === 0) return 'No engine decided anything in this step.'
  return { title: 'What the engines decided, and by which rule', lines: frame.rules }
}

function messageOf({ runs, shown }: PlayedLesson, run: number, number: number): Inspected | string {
  const story = shown.messages ? runs[run]!.messages.get(number) : undefined
  if (story === undefined) return `There is no message ${number} in this scene.`
  return { title: `Message ${number}`, lines: [story] }
}

function nodeLines(stand: NodeStand, engine: string, { shown }: PlayedLesson): Inspected {
  const { opinion, node } = stand
  const title = `Node ${node}`
  if (opinion === undefined) return { title, lines: ['It has crashed. What is on its disk is still there.'] }
  const { phase, leader, commitIndex, members, applied } = opinion
  return {
    title,
    lines: [
      `It is ${shown.roles ? article(opinion.role) : ''}${opinionText(stand, engine, shown)}.`,
      ...(shown.roles
        ? [leader === undefined ? 'It knows no leader.' : `It takes node ${leader} for the leader.`]
        : []),
      ...(shown.roles && shown.terms ? [`In the words of the protocol it is: ${phase}.`] : []),
      ...(shown.commits ? [`It knows the entries up to index ${commitIndex} as committed.`] : []),
      `It has applied ${commandsText(applied)}.`,
      ...(shown.votes ? [`It goes by ${toldMembers(members).words}.`] : []),
    ],
  }
}

function logLines(stand: NodeStand, engine: string, { shown }: PlayedLesson): Inspected | string {
  if (!shown.logs) return 'What a log is comes in a later lesson.'
  const { log, baseIndex, node } = stand
  const lines = log.map((entry) => {
    const marks = entryMarks(entry, stand, engine, shown)
    return `Index ${[entry.index, ...marks].join(', ')}: ${entryInFull(entry)}.`
  })
  const snapshot = baseIndex === 0 ? [] : [`Up to index ${baseIndex} it is in a snapshot.`]
  const all = [...snapshot, ...lines]
  return { title: `The log of node ${node}`, lines: all.length === 0 ? ['It is empty.'] : all }
}
