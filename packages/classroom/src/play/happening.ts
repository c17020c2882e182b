import { type NodeId, unreachable } from '@quorate/core'
import {
  type EntryView,
  type MessageView,
  type RunEvent,
  type RunEventOf,
  fieldsText,
} from '@quorate/scenario'
import { entryInFull } from './entry-text.ts'
import { toldMembers } from './members-text.ts'
import { messageWords } from './message-words.ts'
import { type Shown, candidateKind } from './shown.ts'
import { violationText } from './violation-text.ts'
import { article, commandsText, counted, termWord } from './words.ts'

/** One thing that happened, as a line that says all of it in words, and what a drawing needs besides. */
export interface Happening {
  readonly type: 'arrives' | 'sent' | 'lost' | 'event' | 'crash' | 'start' | 'change' | 'broken'
  /** Where it happened: of a message, its sender; 0: nowhere in particular. */
  readonly node: NodeId
  /** Of a message: its receiver. */
  readonly to: NodeId | undefined
  /** Of a message: its number in the run, and its type. */
  readonly message: { readonly id: number; readonly type: string } | undefined
  readonly text: string
  /** The same for a drawing, beside the place where it happened. */
  readonly label: string
  /** Milliseconds since the scene began. */
  readonly time: number
}

/** What a reader is told of an event; undefined: nothing. */
export function happeningOf(event: RunEvent, engine: string, shown: Shown): Happening | undefined {
  if (event.type === 'sent' || event.type === 'delivered' || event.type === 'lost') {
    return shown.messages ? messageHappening(event, engine, shown) : undefined
  }
  const text = eventClause(event, engine, shown)
  if (text === undefined) return undefined
  const { node, time } = event
  const label = event.type === 'violated' ? `BROKEN (${event.invariant})` : labelOf(text, node)
  return { type: kindOf(event), node, to: undefined, message: undefined, text, label, time }
}

/** The same beside its node's lane. */
function labelOf(text: string, node: NodeId): string {
  return text
    .replace(new RegExp(`^node ${node}:? (?:is now (?:an? )?)?`), '')
    .replace(/ \((append|accept)[^)]*\)$/, '')
}

function kindOf({ type }: RunEvent): Happening['type'] {
  if (type === 'crashed') return 'crash'
  if (type === 'started') return 'start'
  if (type === 'violated') return 'broken'
  return type === 'role' ? 'change' : 'event'
}

function messageHappening(
  event: RunEventOf<'sent' | 'delivered' | 'lost'>,
  engine: string,
  shown: Shown,
): Happening {
  const [from, to] = event.type === 'delivered' ? [event.from, event.node] : [event.node, event.to]
  const { id, type } = event.message
  const label = `${messageWords(event.message, engine, shown)}${carriedText(event.message)}`
  const what = `node ${from} to node ${to}: ${label}`
  const base = { node: from, to, message: { id, type }, label, time: event.time }
  const end = `message ${id}`
  if (event.type === 'sent')
    return { ...base, type: 'sent', text: `${what} is sent, and on its way (${end})` }
  if (event.type === 'lost') return { ...base, type: 'lost', text: `${what} is lost (${end})` }
  const again = event.again ? ', and will arrive again' : ''
  return { ...base, type: 'arrives', text: `${what} arrives${again} (${end})` }
}

/** The commands in a message. */
function carriedText({ fields, snapshot }: MessageView): string {
  const commands = Object.values(fields)
    .flatMap(entriesIn)
    .filter(({ kind }) => kind === 'command')
  const carried = commands.length === 0 ? '' : ` with ${commandsText(commands.map(({ text }) => text))}`
  return snapshot === undefined ? carried : `${carried} with a snapshot up to ${snapshot}`
}

function entriesIn(value: unknown): EntryView[] {
  if (Array.isArray(value)) return value.flatMap(entriesIn)
  const isEntry = typeof value === 'object' && value !== null && 'kind' in value && 'text' in value
  return isEntry ? [value as EntryView] : []
}

type OwnEvent = Exclude<RunEvent, { type: 'sent' | 'delivered' | 'lost' }>

function eventClause(event: OwnEvent, engine: string, shown: Shown): string | undefined {
  const who = `node ${event.node}`
  switch (event.type) {
    case 'link':
      return `the link between ${who} and node ${event.peer} ${event.isUp ? 'works again' : 'breaks'}`
    case 'started':
      return `${who} starts${shown.disks ? ' with what is on its disk' : ''}`
    case 'crashed':
      return crashClause(event, shown)
    case 'timer':
      return shown.timers ? `${who}: its timer runs out (${event.timer})` : undefined
    case 'answered':
      return `${who} ${answerClause(event, shown)}`
    case 'writes':
      return shown.disks ? `${who} begins to write (${event.write.operations.join(', ')})` : undefined
    case 'durable':
      return shown.disks
        ? `${who}: what it wrote is on its disk (${event.write.operations.join(', ')})`
        : undefined
    case 'role':
      return roleClause(event, engine, shown)
    case 'members':
      return `${who} now goes by ${toldMembers(event.membership).words}`
    case 'committed':
      return shown.commits ? `${who} knows the entries up to ${event.index} as committed` : undefined
    case 'applied':
      return appliedClause(event, shown)
    case 'installed':
      return `${who} takes over the state of a snapshot, up to ${event.index}`
    case 'violated':
      return `BROKEN (${event.invariant}): ${violationText(event.message, engine)}`
    // The statement says these itself; decisions are for who asks.
    case 'proposed':
    case 'read':
    case 'reconfigure':
    case 'transfer':
    case 'clock':
    case 'snapshot':
    case 'decision':
      return undefined
    default:
      return unreachable(event, 'event')
  }
}

function crashClause({ node, kept, lost }: RunEventOf<'crashed'>, shown: Shown): string {
  const saved = shown.disks && kept > 0 ? `; ${counted(kept, 'write')} had reached its disk` : ''
  const where = saved === '' ? ' reached its disk' : ''
  const gone = `; ${counted(lost, 'write')} had not${where}, and ${lost === 1 ? 'is' : 'are'} lost`
  return `node ${node} crashes${saved}${shown.disks && lost > 0 ? gone : ''}`
}

function roleClause(
  { node, role, phase, epoch, leader, isEstablished }: RunEventOf<'role'>,
  engine: string,
  shown: Shown,
): string | undefined {
  if (!shown.roles && !shown.terms) return undefined
  const number = shown.terms ? `${termWord(engine)} ${epoch}` : ''
  if (!shown.roles) return `node ${node} is in ${number}`
  const ready = role === 'leader' && isEstablished ? ', and may work' : ''
  const whose = leader === undefined || leader === node ? '' : ` of node ${leader}`
  const how = candidateKind({ role, phase }, shown)
  return `node ${node} is now ${article(role)}${role}${whose}${how}${number === '' ? '' : ` in ${number}`}${ready}`
}

function appliedClause({ node, entry }: RunEventOf<'applied'>, shown: Shown): string | undefined {
  if (entry.kind !== 'command' && !shown.logs) return undefined
  if (entry.kind !== 'command')
    return `node ${node} takes note of entry ${entry.index} (${entryInFull(entry)})`
  return `node ${node} applies ${entryInFull(entry)}${shown.logs ? ` (index ${entry.index})` : ''}`
}

function answerClause({ request, answer }: RunEventOf<'answered'>, shown: Shown): string {
  const name = JSON.stringify(request)
  switch (answer.status) {
    case 'committed':
      return `answers ${name}: done${shown.commits ? `, committed at index ${answer.index}` : ''}`
    case 'ready':
      return `answers ${name}: it sees ${commandsText(answer.sees)}`
    case 'rejected': {
      const outcome = answer.outcome === 'unknown' ? 'it may have happened' : 'it will not happen'
      return `refuses ${name} (${answer.reason}): ${outcome}`
    }
    case 'abandoned':
      return `gives ${name} up (${answer.reason}): it may have happened, or may yet`
    case 'done':
      return `answers ${name}: done`
    case 'lost':
      return `will not answer ${name} any more`
  }
}

/** A message and what it says, by the engine's own names. */
export function messageStory({ id, type, fields, snapshot }: MessageView): string {
  const carried = snapshot === undefined ? '' : `, with a snapshot up to ${snapshot}`
  return `Message ${id} is ${type}:${fieldsText(fields) || ' nothing more'}${carried}`
}
