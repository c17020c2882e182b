import { unreachable } from '@quorate/core'
import type { Act, Condition, FlightPattern, HoldPattern, LinkPattern, NodeStand } from '@quorate/scenario'
import { conditionText } from './condition-text.ts'
import { membersText, nodesOf, toldMembers } from './members-text.ts'
import type { Shown } from './shown.ts'
import { commandsText, counted, nodesText, sentence } from './words.ts'

/** What is known where a statement is carried out. */
export interface ActPlace {
  readonly engine: string
  readonly shown: Shown
  /** How the nodes stand before it. */
  readonly before: readonly NodeStand[]
  /** What the request is called that it makes, if it makes one. */
  readonly request: string | undefined
}

/** What a statement does, as a sentence for whoever knows no scenario language. */
export function actText(act: Act, place: ActPlace): string {
  return `${sentence(clauseOf(act, place))}.`
}

function clauseOf(act: Act, place: ActPlace): string {
  const { engine, shown, request } = place
  switch (act.verb) {
    case 'elect':
      return electText(act.node, shown)
    case 'propose':
      return `a client asks node ${act.node} for ${commandsText(act.texts)}`
    case 'read':
      return `a client reads from node ${act.node}${readText(act.mode, request)}`
    case 'reconfigure':
      return reconfigureText(act, place)
    case 'transfer':
      return `somebody asks node ${act.node} to hand leadership over to node ${act.to}${called(request)}`
    case 'note':
      return act.words
    case 'expect':
      return conditionText(act.condition, act.isNegated, engine)
    case 'deliver':
    case 'drop':
    case 'duplicate':
    case 'hold':
    case 'release':
      return messageClause(act, engine)
    case 'cut':
    case 'heal':
    case 'isolate':
    case 'rejoin':
      return linkClause(act)
    case 'run':
    case 'wait':
    case 'settle':
    case 'timeout':
      return timeClause(act, engine, shown)
    case 'clock':
      return clockClause(act)
    case 'start':
    case 'restart':
    case 'crash':
    case 'pause':
    case 'resume':
    case 'freeze':
    case 'thaw':
    case 'snapshot':
    case 'persist':
      return nodeClause(act)
    default:
      return unreachable(act, 'act')
  }
}

function electText(node: number | undefined, shown: Shown): string {
  if (!shown.roles) return 'the nodes get ready to work'
  return node === undefined
    ? 'time passes until a leader is elected'
    : `node ${node} is the first to stand for leader, and is elected`
}

/** ` (request "r1")`. */
function called(request: string | undefined): string {
  return request === undefined ? '' : ` (request ${JSON.stringify(request)})`
}

function readText(mode: string, request: string | undefined): string {
  if (mode === 'linearizable') return called(request)
  return ` (${mode} read${request === undefined ? '' : `, request ${JSON.stringify(request)}`})`
}

/** Other members, or the same with other quorums. */
function reconfigureText({ node, membership }: Of<'reconfigure'>, { before, request }: ActPlace): string {
  const now = before.find((stand) => stand.node === node)?.opinion?.members
  const isSame = now !== undefined && toldMembers(now).nodes === nodesOf(membership)
  const what = isSame ? 'the same members with other quorums' : 'other members'
  return `somebody asks node ${node} for ${what}: ${membersText(membership)}${called(request)}`
}

type Of<V extends Act['verb']> = Extract<Act, { verb: V }>

function nodeClause(
  act: Of<'start' | 'restart' | 'crash' | 'pause' | 'resume' | 'freeze' | 'thaw' | 'snapshot' | 'persist'>,
): string {
  switch (act.verb) {
    case 'start':
      return `${nodesText(act.nodes)} ${verb(act.nodes, 'starts', 'start')}`
    case 'restart':
      return `${nodesText(act.nodes)} ${verb(act.nodes, 'crashes and starts', 'crash and start')} again`
    case 'crash':
      return `${nodesText(act.nodes)} ${verb(act.nodes, 'crashes', 'crash')}${keptText(act.keep)}`
    case 'pause':
      return `the disk of ${nodesText(act.nodes)} is slow: from now on what is written waits`
    case 'resume':
      return `the disk of ${nodesText(act.nodes)} works again`
    case 'freeze':
      return `node ${act.node} stands still, as a process does that is not scheduled`
    case 'thaw':
      return `node ${act.node} goes on, and knows nothing of the pause`
    case 'snapshot':
      return `node ${act.node} saves what it has applied as a snapshot`
    case 'persist':
      return act.count === 'all'
        ? `everything that node ${act.node} has written reaches its disk`
        : `what node ${act.node} wrote first reaches its disk`
  }
}

function verb(nodes: readonly number[] | 'all', one: string, several: string): string {
  return nodes !== 'all' && nodes.length === 1 ? one : several
}

function keptText(keep: number | 'all'): string {
  if (keep === 0) return ''
  return keep === 'all'
    ? ', just after its writes had reached the disk'
    : `, after ${keep} of its writes had reached the disk`
}

function messageClause(
  act: Of<'deliver' | 'drop' | 'duplicate' | 'hold' | 'release'>,
  engine: string,
): string {
  if (act.verb === 'release') {
    return `${act.what === 'all' ? 'messages' : heldText(act.what)} that were held back may arrive again`
  }
  if (act.verb === 'hold') return `from now on ${heldText(act.what)} are held back on their way`
  const until = act.verb === 'deliver' ? untilText(act.until, engine) : ''
  if (act.what === 'next') return `the oldest message arrives${until}`
  if (act.what === 'all') return `all messages arrive, and those that follow from them${until}`
  const which = flightText(act.what)
  if (act.verb === 'drop') return `${which} is lost`
  return act.verb === 'duplicate' ? `${which} arrives, and will arrive once more` : `${which} arrives${until}`
}

function flightText({ from, to, messageType, position }: FlightPattern): string {
  const type = messageType === undefined ? '' : ` ${messageType}`
  const which =
    position === 'all' ? 'every message' : position > 1 ? `message number ${position}` : 'the message'
  return `${which}${type} from node ${from} to node ${to}`
}

function heldText({ from, to, messageType }: HoldPattern): string {
  const type = messageType === undefined ? '' : ` ${messageType}`
  return `messages${type} from ${nodesText(from)} to ${nodesText(to)}`
}

function linkClause(act: Of<'cut' | 'heal' | 'isolate' | 'rejoin'>): string {
  switch (act.verb) {
    case 'isolate':
      return `all links of node ${act.node} break`
    case 'rejoin':
      return `all links of node ${act.node} work again`
    case 'cut':
      return `${linksText(act.links)} break${isOne(act.links) ? 's' : ''}`
    case 'heal':
      return act.links === 'all'
        ? 'all links work again'
        : `${linksText(act.links)} work${isOne(act.links) ? 's' : ''} again`
  }
}

function isOne({ left, right }: LinkPattern): boolean {
  return left.length === 1 && right.length === 1
}

function linksText(links: LinkPattern): string {
  const { left, right, isOneWay } = links
  const what = isOne(links) ? 'the link' : 'the links'
  return isOneWay
    ? `${what} from ${nodesText(left)} to ${nodesText(right)}, in this direction alone,`
    : `${what} between ${nodesText(left)} and ${nodesText(right)}`
}

function timeClause(act: Of<'run' | 'wait' | 'settle' | 'timeout'>, engine: string, shown: Shown): string {
  const events = shown.messages ? 'messages arrive' : 'the nodes do their work'
  switch (act.verb) {
    case 'run':
      return act.until === undefined
        ? `${durationText(act.milliseconds)}, and ${events}`
        : `time passes and ${events}${untilText(act.until, engine)}, for ${spanText(act.milliseconds)} at most`
    case 'wait':
      return `${durationText(act.milliseconds)}, and nothing happens`
    case 'settle':
      return shown.messages
        ? 'all messages arrive, and those that follow from them'
        : 'the nodes finish their work'
    case 'timeout':
      return `a timer of node ${act.node} runs out${act.timer === undefined ? '' : ` (${act.timer})`}`
  }
}

function clockClause({ nodes, rate }: Of<'clock'>): string {
  const isOneNode = nodes !== 'all' && nodes.length === 1
  const what = `from now on the ${isOneNode ? 'clock' : 'clocks'} of ${nodesText(nodes)} ${isOneNode ? 'goes' : 'go'}`
  if (rate === 1) return `${what} right`
  const counted = Number((rate * 1000).toPrecision(12))
  return `${what} ${rate < 1 ? 'slow' : 'fast'}: ${counted} milliseconds in a second`
}

function untilText(until: Condition | undefined, engine: string): string {
  return until === undefined ? '' : ` until ${conditionText(until, false, engine)}`
}

/** `1 second passes`; `50 milliseconds pass`. */
function durationText(milliseconds: number): string {
  const span = spanText(milliseconds)
  return `${span} ${span.startsWith('1 ') ? 'passes' : 'pass'}`
}

function spanText(milliseconds: number): string {
  const isSeconds = milliseconds >= 1000 && milliseconds % 100 === 0
  return isSeconds ? counted(milliseconds / 1000, 'second') : counted(milliseconds, 'millisecond')
}
