import { LabFault } from '../../guard/lab-fault.ts'

export interface Ballot {
  readonly round: number
  readonly proposer: number
}

export interface Proposal {
  readonly ballot: Ballot
  readonly value: string
}

export type Message =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | { readonly type: 'promise'; readonly ballot: Ballot; readonly accepted: Proposal | null }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly value: string }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly value: string }
  | { readonly type: 'refused'; readonly ballot: Ballot; readonly promised: Ballot }

/** What happens to a node. */
export type NodeEvent =
  | { readonly type: 'propose'; readonly value: string }
  | (Message & { readonly from: number })

/** Disks are JSON text. */
export type Effect =
  | { readonly type: 'persist'; readonly disk: string }
  | { readonly type: 'send'; readonly to: number; readonly message: Message }
  | { readonly type: 'decide'; readonly value: string }

export type Role = 'proposer' | 'acceptor'

/** `acceptor 2` */
export type NodeName = `${Role} ${number}`

/** A message with who sent it to whom. */
export interface Envelope {
  readonly from: NodeName
  readonly to: NodeName
  readonly message: Message
}

export function roleOf(name: NodeName): Role {
  return name.startsWith('p') ? 'proposer' : 'acceptor'
}

export function idOf(name: NodeName): number {
  return Number(name.slice(name.indexOf(' ') + 1))
}

export function compareBallots(a: Ballot, b: Ballot): number {
  return a.round - b.round || a.proposer - b.proposer
}

/** Any two majorities have a node in common. */
export function majorityOf(acceptors: number): number {
  return Math.floor(acceptors / 2) + 1
}

/** `1.2`: round 1 of proposer 2. */
export function showBallot({ round, proposer }: Ballot): string {
  return `${round}.${proposer}`
}

export function showMessage(message: Message): string {
  const ballot = showBallot(message.ballot)
  switch (message.type) {
    case 'prepare':
      return `prepare ${ballot}`
    case 'promise': {
      const { accepted } = message
      const last =
        accepted === null
          ? 'nothing accepted'
          : `"${accepted.value}" accepted in ${showBallot(accepted.ballot)}`
      return `promise ${ballot} (${last})`
    }
    case 'accept':
    case 'accepted':
      return `${message.type} ${ballot} "${message.value}"`
    case 'refused':
      return `refused ${ballot} (${showBallot(message.promised)} is promised)`
  }
}

type Fields = Readonly<Record<string, unknown>>

const sentBy = { proposer: ['prepare', 'accept'], acceptor: ['promise', 'accepted', 'refused'] } as const

/**
 * A message as a student's code made it, with the fields that belong to it.
 *
 * @throws LabFault if one is missing or wrong
 */
export function readMessage(given: unknown, role: Role, where: string): Message {
  const fields = readFields(given, where)
  const type = sentBy[role].find((known) => known === fields['type'])
  if (type === undefined) {
    throw new LabFault(
      `${where}.type is ${JSON.stringify(fields['type'])}; the type is one of ${sentBy[role].join(', ')}`,
    )
  }
  const ballot = readBallot(fields['ballot'], `${where}.ballot`)
  switch (type) {
    case 'prepare':
      return { type, ballot }
    case 'promise': {
      const accepted = fields['accepted']
      return {
        type,
        ballot,
        accepted: accepted === null ? null : readProposal(accepted, `${where}.accepted`),
      }
    }
    case 'accept':
    case 'accepted':
      return { type, ballot, value: readValue(fields['value'], `${where}.value`) }
    case 'refused':
      return { type, ballot, promised: readBallot(fields['promised'], `${where}.promised`) }
  }
}

export function readFields(given: unknown, where: string): Fields {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Fields
  throw new LabFault(`${where} is ${JSON.stringify(given) ?? 'undefined'}; an object was expected`)
}

export function readValue(given: unknown, where: string): string {
  if (typeof given === 'string') return given
  throw new LabFault(`${where} is ${JSON.stringify(given) ?? 'undefined'}; a value, a string, was expected`)
}

function readProposal(given: unknown, where: string): Proposal {
  const fields = readFields(given, where)
  const ballot = readBallot(fields['ballot'], `${where}.ballot`)
  return { ballot, value: readValue(fields['value'], `${where}.value`) }
}

function readBallot(given: unknown, where: string): Ballot {
  const { round, proposer } = readFields(given, where)
  if (Number.isSafeInteger(round) && Number.isSafeInteger(proposer)) {
    return { round: round as number, proposer: proposer as number }
  }
  throw new LabFault(`${where} is ${JSON.stringify(given)}; { round, proposer }, whole numbers, was expected`)
}
