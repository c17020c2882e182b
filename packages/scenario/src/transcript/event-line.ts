import { unreachable } from '@quorate/core'
import type { RunEvent, RunEventOf } from '../run/run-event.ts'
import { answerText, counted, entryText, fieldsText, messageText } from './format-value.ts'

/**
 * An event as a line of a transcript, in two columns: who, and what. On links `->` is a message that arrives, `=>` one
 * that arrives and stays under way, `..` one that is sent and still under way, `-x` one that is lost.
 */
export function eventLine(event: RunEvent): string {
  const { type, node } = event
  if (type === 'sent') return line(`${node} .. ${event.to}`, messageText(event.message))
  if (type === 'lost') return line(`${node} -x ${event.to}`, messageText(event.message))
  if (type === 'delivered') {
    return line(`${event.from} ${event.again ? '=>' : '->'} ${node}`, messageText(event.message))
  }
  return line(node === 0 ? '' : `${node}`, eventText(event))
}

function line(who: string, what: string): string {
  return `  ${who.padEnd(8)}${what}`
}

/** What an event's node does, in words. */
export function eventText(
  event: Exclude<RunEvent, { readonly type: 'sent' | 'delivered' | 'lost' }>,
): string {
  switch (event.type) {
    case 'link':
      return `link to ${event.peer} ${event.isUp ? 'comes up' : 'breaks'}`
    case 'started':
      return 'starts'
    case 'crashed':
      return crashText(event)
    case 'timer':
      return `timer ${event.timer}`
    case 'clock':
      return `clock goes at rate ${event.rate}`
    case 'proposed':
      return `is asked to propose ${JSON.stringify(event.text)}`
    case 'read':
      return `is asked for a ${event.mode} read, ${JSON.stringify(event.request)}`
    case 'reconfigure':
      return `is asked for members ${event.membership}, ${JSON.stringify(event.request)}`
    case 'transfer':
      return `is asked to hand over to ${event.to}, ${JSON.stringify(event.request)}`
    case 'answered':
      return `answers ${JSON.stringify(event.request)}: ${answerText(event.answer)}`
    case 'writes':
      return `writes: ${event.write.operations.join(', ')}`
    case 'durable':
      return `has on disk: ${event.write.operations.join(', ')}`
    case 'role':
      return roleText(event)
    case 'members':
      return `has members ${event.membership}`
    case 'committed':
      return `commits up to ${event.index}`
    case 'applied':
      return `applies ${entryText(event.entry)}`
    case 'installed':
      return `installs the snapshot of ${event.index}`
    case 'snapshot':
      return `has a snapshot of ${event.index}`
    case 'decision':
      return `${event.name}${fieldsText(event.detail)}${event.rule === 'none' ? '' : `  [${event.rule}]`}`
    case 'violated':
      return `VIOLATED ${event.invariant}: ${event.message}`
    default:
      return unreachable(event, 'event')
  }
}

function crashText({ kept, lost }: RunEventOf<'crashed'>): string {
  const keeps = kept === 0 ? '' : `; ${counted(kept, 'write')} had reached the disk`
  return `crashes${keeps}${lost === 0 ? '' : `; ${counted(lost, 'write')} lost`}`
}

/** `is a follower of 3 in epoch 2`, with the protocol's own word for what it is doing where that is another. */
function roleText({ role, phase, epoch, leader, isEstablished, node }: RunEventOf<'role'>): string {
  const whose = leader === undefined || leader === node ? '' : ` of ${leader}`
  const how = isEstablished ? ', established' : ''
  return `is ${role}${whose} in epoch ${epoch}${how}${phase === role ? '' : ` (${phase})`}`
}
