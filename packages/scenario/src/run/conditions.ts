import { type NodeId, unreachable } from '@quorate/core'
import { configurationText, membershipText } from '../language/format-membership.ts'
import type { Condition, ExpectedAnswer, LinkPattern } from '../language/statement.ts'
import type { Director } from './director.ts'
import { orderBreach, primariesOf } from './primary-order.ts'
import type { Answer } from './run-event.ts'
import { textOf } from './views.ts'

/** Whether a condition holds, and what is the case, in words. */
export interface Finding {
  readonly holds: boolean
  readonly found: string
}

/** Looks whether `condition` holds now. Violations are the runner's affair. */
export function examine(director: Director, condition: Exclude<Condition, { what: 'violation' }>): Finding {
  switch (condition.what) {
    case 'leader':
      return examineLeader(director, condition.node)
    case 'role':
    case 'phase':
    case 'commit':
    case 'last':
    case 'epoch':
    case 'members':
    case 'changing':
      return examineNode(director, condition)
    case 'applied':
      // A machine is in memory, and gone with its process.
      if (!director.play.isRunning(condition.node)) return down(condition.node)
      return compareTexts(condition, director.play.recorder.commandsOf(condition.node))
    case 'disk':
      return compareTexts(condition, diskOf(director, condition.node))
    case 'same logs':
      return examineLogs(director)
    case 'primary order':
      return examinePrimaryOrder(director)
    case 'running': {
      const holds = director.play.isRunning(condition.node)
      return { holds, found: `node ${condition.node} is ${holds ? 'running' : 'down'}` }
    }
    case 'writing': {
      const { length } = director.play.cluster.node(condition.node).writing
      return { holds: length > 0, found: `node ${condition.node} has ${length} writes under way` }
    }
    case 'under way':
      return examineFlights(director, condition.messageType, condition.link)
    case 'answer':
      return examineAnswer(director, condition.request, condition.answer)
    default:
      return unreachable(condition, 'condition')
  }
}

function examineLeader(director: Director, wanted: NodeId | undefined): Finding {
  const { leader } = director
  const found =
    leader === undefined
      ? 'nobody is an established leader'
      : `node ${leader.node} is the established leader of epoch ${leader.epoch}`
  return { holds: leader?.node === wanted, found }
}

type NodeCondition = Extract<
  Condition,
  { what: 'role' | 'phase' | 'commit' | 'last' | 'epoch' | 'members' | 'changing' }
>

function examineNode(director: Director, condition: NodeCondition): Finding {
  const { node, what } = condition
  const now = director.observe(node)
  if (now === undefined) return down(node)
  switch (condition.what) {
    case 'role':
      return compare(node, what, now.role, condition.role)
    case 'phase':
      return compare(node, what, now.phase, condition.phase)
    case 'commit':
      return compare(node, what, now.commitIndex, condition.value)
    case 'last':
      return compare(node, what, now.lastIndex, condition.value)
    case 'epoch':
      return compare(node, what, now.epoch, condition.value)
    case 'members':
      return compare(node, what, configurationText(now.membership), configurationText(condition.membership))
    case 'changing':
      return {
        holds: now.membership.pending !== undefined || now.membership.quorums.type === 'joint',
        found: `node ${node} has members ${membershipText(now.membership)}`,
      }
    default:
      return unreachable(condition, 'condition on a node')
  }
}

function down(node: NodeId): Finding {
  return { holds: false, found: `node ${node} is down` }
}

function compare<T extends string | number>(node: NodeId, what: string, is: T, wanted: T): Finding {
  return { holds: is === wanted, found: `node ${node} has ${what} ${is}` }
}

function compareTexts(
  { node, what, texts }: Extract<Condition, { what: 'applied' | 'disk' }>,
  found: readonly string[],
): Finding {
  const holds = found.length === texts.length && found.every((text, i) => text === texts[i])
  const where = what === 'applied' ? 'has applied' : 'has on disk'
  return { holds, found: `node ${node} ${where} ${quoted(found)}` }
}

function quoted(texts: readonly string[]): string {
  return texts.length === 0 ? 'nothing' : texts.map((text) => JSON.stringify(text)).join(', ')
}

/** The commands in a node's log on disk, as far as the log is kept. */
function diskOf(director: Director, node: NodeId): string[] {
  const { entries } = director.play.cluster.node(node).durable.image(0)
  return entries.flatMap(({ kind, data }) => (kind === 'command' ? [textOf(data)] : []))
}

/** All that run have applied the same, as far as one another. */
function examineLogs(director: Director): Finding {
  const { play } = director
  const logs = play.nodes
    .filter((node) => play.isRunning(node))
    .map((node) => {
      const entries = play.recorder.appliedBy(node)
      return {
        node,
        log: entries.map(({ epoch, text }) => `${epoch} ${text}`).join('\n'),
        length: entries.length,
      }
    })
  if (logs.length < 2) return { holds: false, found: 'fewer than two nodes run' }
  const other = logs.find(({ log }) => log !== logs[0]!.log)
  if (other === undefined) return { holds: true, found: 'all have applied the same' }
  const { node, length } = logs[0]!
  return {
    holds: false,
    found: `nodes ${node} and ${other.node} have applied different entries, up to ${length} and ${other.length}`,
  }
}

function examinePrimaryOrder({ play }: Director): Finding {
  const primaries = primariesOf(play.recorder.events)
  for (const node of play.nodes) {
    const breach = orderBreach(primaries, play.recorder.commandsOf(node))
    if (breach === undefined) continue
    const { primary, earlier, later } = breach
    const has = `node ${node} has applied ${JSON.stringify(later)} and not before it ${JSON.stringify(earlier)}`
    const leader = `node ${primary.node}, the leader of epoch ${primary.epoch}`
    return { holds: false, found: `${has}, which ${leader}, had proposed first` }
  }
  const proposed = primaries.reduce((count, { commands }) => count + commands.length, 0)
  return { holds: true, found: `of ${proposed} commands none is applied without those before it` }
}

function examineFlights(director: Director, messageType: string, link: LinkPattern | undefined): Finding {
  const { inFlight } = director.play.cluster
  const isOn = (from: NodeId, to: NodeId): boolean =>
    link === undefined ||
    (link.left.includes(from) && link.right.includes(to)) ||
    (!link.isOneWay && link.left.includes(to) && link.right.includes(from))
  const holds = inFlight.some(({ from, to, message }) => message.type === messageType && isOn(from, to))
  const types = [...new Set(inFlight.map(({ from, to, message }) => `${message.type} ${from} -> ${to}`))]
  return { holds, found: types.length === 0 ? 'nothing is under way' : `under way are ${types.join(', ')}` }
}

function examineAnswer(director: Director, name: string, wanted: ExpectedAnswer): Finding {
  const { requests } = director.play.recorder
  const request = requests.find(name)
  if (request === undefined) {
    return { holds: false, found: `there is no request "${name}", only ${quoted(requests.names)}` }
  }
  return { holds: matches(request.answer, wanted), found: `"${name}" is ${describe(request.answer)}` }
}

function matches(answer: Answer | undefined, wanted: ExpectedAnswer): boolean {
  if (wanted.status === 'waiting') return answer === undefined
  if (wanted.status === 'sees') {
    if (answer?.status !== 'ready') return false
    return (
      answer.sees.length === wanted.texts.length && answer.sees.every((text, i) => text === wanted.texts[i])
    )
  }
  if (answer?.status !== wanted.status) return false
  if (answer.status !== 'rejected' || wanted.status !== 'rejected') return true
  return wanted.reason === undefined || wanted.reason === answer.reason
}

function describe(answer: Answer | undefined): string {
  if (answer === undefined) return 'waiting'
  switch (answer.status) {
    case 'committed':
      return `committed at index ${answer.index}`
    case 'ready':
      return `ready at index ${answer.index}, and sees ${quoted(answer.sees)}`
    case 'rejected':
      return `rejected: ${answer.reason}, ${answer.outcome}`
    case 'abandoned':
      return `abandoned: ${answer.reason}`
    case 'done':
    case 'lost':
      return answer.status
    default:
      return unreachable(answer, 'answer')
  }
}
