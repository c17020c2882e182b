import { unreachable } from '@quorate/core'
import type { Move } from '@quorate/sim'
import { configurationText } from '../language/format-membership.ts'
import type { OptionValue } from '../language/statement.ts'

/** What the script's header is to say. */
export interface MovesHeader {
  readonly engine: string
  readonly options?: Readonly<Record<string, OptionValue>>
  readonly replicas: number
  /** Default: 0. */
  readonly observers?: number
  /** Default: 0. */
  readonly spares?: number
  /** Written above it, as comments. */
  readonly remarks?: readonly string[]
  /** The invariant that the moves violate: the script expects it at its end. */
  readonly violates?: string
}

/**
 * Moves as a script: a model checker's counterexample or a shrunk run, to be read, changed and kept. Running it makes
 * the same moves, if all of them apply.
 */
export function scenarioOfMoves(moves: readonly Move[], header: MovesHeader): string {
  const { engine, options = {}, replicas, observers = 0, spares = 0, remarks = [], violates } = header
  const lines = [
    ...remarks.flatMap((remark) => remark.split('\n')).map((remark) => `# ${remark}`),
    `replicas ${replicas}`,
    ...(observers > 0 ? [`observers ${observers}`] : []),
    ...(spares > 0 ? [`spares ${spares}`] : []),
    `engine ${engine}${optionsText(options)}`,
    'by hand',
    '',
    ...moves.map(moveText),
    ...(violates === undefined
      ? []
      : [`expect violation ${violates.includes(' ') ? JSON.stringify(violates) : violates}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** A move as a statement. */
export function moveText(move: Move): string {
  switch (move.type) {
    case 'start':
    case 'snapshot':
      return `${move.type} ${move.node}`
    case 'crash':
      return (move.keep ?? 0) === 0 ? `crash ${move.node}` : `crash ${move.node} keeping ${move.keep}`
    case 'deliver':
    case 'drop':
    case 'duplicate':
      return `${move.type} ${move.from} -> ${move.to}${move.position === 0 ? '' : ` #${move.position + 1}`}`
    case 'timeout':
      return `timeout ${move.node} ${move.timer}`
    case 'persist':
      return `persist ${move.node}`
    case 'propose':
      return `propose ${move.node} ${JSON.stringify(move.data)}`
    case 'read':
      return `read ${move.node} ${move.mode}`
    case 'reconfigure':
      return `reconfigure ${move.node} ${configurationText(move.membership)}`
    case 'transfer':
      return `transfer ${move.node} to ${move.to}`
    case 'clock':
      return `clock ${move.node} rate ${move.rate}`
    case 'cut':
    case 'heal':
      return `${move.type} ${move.a} ${move.b}`
    case 'block':
      return `cut ${move.from} -> ${move.to}`
    case 'unblock':
      return `heal ${move.from} -> ${move.to}`
    case 'wait':
      return `wait ${move.milliseconds}ms`
    default:
      return unreachable(move, 'move')
  }
}

function optionsText(options: Readonly<Record<string, OptionValue>>): string {
  const fields = optionFields(options, '')
  return fields.length === 0 ? '' : ` {${fields.join(' ')}}`
}

function optionFields(options: Readonly<Record<string, OptionValue>>, prefix: string): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === 'object') return optionFields(value, `${prefix}${name}.`)
    return [`${prefix}${name}=${typeof value === 'string' ? JSON.stringify(value) : value}`]
  })
}
