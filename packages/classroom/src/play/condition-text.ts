import { unreachable } from '@quorate/core'
import type { Condition, ExpectedAnswer } from '@quorate/scenario'
import { membersText } from './members-text.ts'
import { commandsText, nodesText, termWord } from './words.ts'

/** What is expected on that engine, as a clause: `node 1 leads`, `node 1 does not lead`. */
export function conditionText(condition: Condition, isNegated: boolean, engine: string): string {
  const negated = isNegated ? negatedClause(condition) : undefined
  if (negated !== undefined) return negated
  const clause = clauseOf(condition, engine)
  return isNegated ? `it is not so that ${clause}` : clause
}

/** Where a language has better words than _it is not so that_. */
function negatedClause(condition: Condition): string | undefined {
  switch (condition.what) {
    case 'leader':
      return condition.node === undefined ? 'somebody leads' : `node ${condition.node} does not lead`
    case 'role':
      return `node ${condition.node} is no ${condition.role}`
    case 'running':
      return `node ${condition.node} does not run`
    case 'writing':
      return `all that node ${condition.node} has written is on its disk`
    case 'same logs':
      return 'not all nodes that run have applied the same'
    case 'primary order':
      return 'a command is applied without one that its leader was asked for before it'
    case 'violation':
      return `no rule of safety is broken${condition.invariant === undefined ? '' : `: not ${condition.invariant}`}`
    case 'phase':
    case 'commit':
    case 'last':
    case 'epoch':
    case 'members':
    case 'changing':
    case 'applied':
    case 'disk':
    case 'under way':
    case 'answer':
      return undefined
    default:
      return unreachable(condition, 'condition')
  }
}

function clauseOf(condition: Condition, engine: string): string {
  switch (condition.what) {
    case 'leader':
      return condition.node === undefined ? 'nobody leads' : `node ${condition.node} leads`
    case 'role':
      return `node ${condition.node} is a ${condition.role}`
    case 'phase':
      return `node ${condition.node} is in the state ${condition.phase}`
    case 'commit':
      return `node ${condition.node} knows the entries up to ${condition.value} as committed`
    case 'last':
      return `the last entry of node ${condition.node} is at index ${condition.value}`
    case 'epoch':
      return `node ${condition.node} is in ${termWord(engine)} ${condition.value}`
    case 'members':
      return `node ${condition.node} goes by ${membersText(condition.membership)}`
    case 'changing':
      return `node ${condition.node} is in the middle of a change of members`
    case 'applied':
      return `node ${condition.node} has applied ${onlyText(condition.texts)}`
    case 'disk':
      return `node ${condition.node} has on its disk ${onlyText(condition.texts)}`
    case 'same logs':
      return 'all nodes that run have applied the same'
    case 'primary order':
      return 'no command is applied without those that its leader was asked for before it'
    case 'running':
      return `node ${condition.node} runs`
    case 'writing':
      return `something that node ${condition.node} writes has not reached its disk`
    case 'under way':
      return underWayText(condition)
    case 'answer':
      return `${JSON.stringify(condition.request)} ${answerText(condition.answer)}`
    case 'violation':
      return condition.invariant === undefined
        ? 'a rule of safety is broken'
        : `a rule of safety is broken: ${condition.invariant}`
  }
}

function onlyText(texts: readonly string[]): string {
  return texts.length === 0 ? 'no command' : `${commandsText(texts)}, and nothing else`
}

function underWayText({ messageType, link }: Extract<Condition, { what: 'under way' }>): string {
  const where =
    link === undefined
      ? ''
      : link.isOneWay
        ? ` from ${nodesText(link.left)} to ${nodesText(link.right)}`
        : ` between ${nodesText(link.left)} and ${nodesText(link.right)}`
  return `a message ${messageType} is under way${where}`
}

function answerText(answer: ExpectedAnswer): string {
  switch (answer.status) {
    case 'waiting':
      return 'is not answered yet'
    case 'committed':
      return 'is answered: done, and it stays so'
    case 'ready':
      return 'is answered'
    case 'done':
      return 'is answered: done'
    case 'abandoned':
      return 'is given up by its node: it may have happened, or may yet'
    case 'lost':
      return 'will not be answered any more: its node crashed'
    case 'rejected':
      return `is refused${answer.reason === undefined ? '' : ` (${answer.reason})`}`
    case 'sees':
      return `sees ${commandsText(answer.texts)}`
  }
}
