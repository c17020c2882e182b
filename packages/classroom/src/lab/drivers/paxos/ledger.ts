import type { Breach } from '../../driver.ts'
import {
  type Ballot,
  type Effect,
  type Message,
  type NodeEvent,
  type Proposal,
  compareBallots,
  majorityOf,
  showBallot,
} from './wire.ts'

/**
 * What a node has said and heard, as an onlooker wrote it down: enough to judge the next thing that it says. It says
 * nothing of how the node works inside. Plain data.
 */
export interface Ledger {
  /** Of an acceptor: the highest ballot of its promises, the highest proposal that it acknowledged. */
  readonly promised: Ballot | null
  readonly accepted: Proposal | null
  /** Has it crashed since? */
  readonly crashedSincePromise: boolean
  readonly crashedSinceAccepted: boolean
  /** Of a proposer: the highest ballot begun, values asked for, and what it heard, by ballot. */
  readonly begun: Ballot | null
  readonly asked: readonly string[]
  readonly ballots: Readonly<Record<string, Hearing>>
}

/** What a proposer heard in one ballot. */
export interface Hearing {
  readonly promises: Readonly<Record<string, Proposal | null>>
  /** What it asked acceptors to accept. */
  readonly value: string | null
  readonly acceptedBy: readonly number[]
}

export const newLedger: Ledger = {
  promised: null,
  accepted: null,
  crashedSincePromise: false,
  crashedSinceAccepted: false,
  begun: null,
  asked: [],
  ballots: {},
}

const silence: Hearing = { promises: {}, value: null, acceptedBy: [] }

/** The ledger after an event that the node took notice of. */
export function noteEvent(ledger: Ledger, event: NodeEvent): Ledger {
  if (event.type === 'propose') return { ...ledger, asked: [...ledger.asked, event.value] }
  const key = showBallot(event.ballot)
  const heard = ledger.ballots[key] ?? silence
  if (event.type === 'promise') {
    // It has made use of them.
    if (heard.value !== null) return ledger
    const promises = { ...heard.promises, [event.from]: event.accepted }
    return { ...ledger, ballots: { ...ledger.ballots, [key]: { ...heard, promises } } }
  }
  if (event.type !== 'accepted') return ledger
  const acceptedBy = [...new Set([...heard.acceptedBy, event.from])].sort((a, b) => a - b)
  return { ...ledger, ballots: { ...ledger.ballots, [key]: { ...heard, acceptedBy } } }
}

export function noteCrash(ledger: Ledger): Ledger {
  const { promised, accepted } = ledger
  return { ...ledger, crashedSincePromise: promised !== null, crashedSinceAccepted: accepted !== null }
}

/** What an effect is judged by besides the ledger. */
export interface Moment {
  readonly self: number
  readonly acceptors: number
  readonly event: NodeEvent
  /** The ledger before the event. */
  readonly before: Ledger
}

/** The ledger after an effect, and what was wrong with that. */
export interface Judged {
  readonly ledger: Ledger
  readonly breach?: Breach
}

export function judgeEffect(ledger: Ledger, effect: Effect, moment: Moment): Judged {
  if (effect.type === 'persist') return { ledger }
  if (effect.type === 'decide') return judgeDecision(ledger, effect.value, moment)
  const { message } = effect
  switch (message.type) {
    case 'prepare':
      return judgePrepare(ledger, message.ballot, moment)
    case 'promise':
      return judgePromise(ledger, message, moment)
    case 'accept':
      return judgeAccept(ledger, message, moment)
    case 'accepted':
      return judgeAccepted(ledger, message, moment)
    case 'refused':
      return { ledger }
  }
}

/** §2.5: a number is one of the proposer's own, and was never used. */
function judgePrepare(ledger: Ledger, ballot: Ballot, { self, event, before }: Moment): Judged {
  const next = { ...ledger, begun: higherBallot(ledger.begun, ballot) }
  const says = (message: string): Judged => ({
    ledger: next,
    breach: { invariant: 'unique-ballots', message },
  })
  if (ballot.proposer !== self)
    return says(`proposer ${self} begins ballot ${showBallot(ballot)}, which is not its own`)
  const order = before.begun === null ? 1 : compareBallots(ballot, before.begun)
  if (order > 0 || (order === 0 && event.type !== 'propose')) return { ledger: next }
  const last = showBallot(before.begun!)
  return says(`proposer ${self} begins ballot ${showBallot(ballot)} after it has used ${last}`)
}

/** Phase 1 (b): a promise reports the highest proposal accepted. */
function judgePromise(
  ledger: Ledger,
  message: Message & { type: 'promise' },
  { self, event }: Moment,
): Judged {
  const { ballot, accepted } = message
  const isNew = ledger.promised === null || compareBallots(ballot, ledger.promised) >= 0
  const next = isNew ? { ...ledger, promised: ballot, crashedSincePromise: false } : ledger
  const name = `acceptor ${self}`
  if (event.type !== 'prepare' || compareBallots(event.ballot, ballot) !== 0) {
    return {
      ledger: next,
      breach: { invariant: 'honest-report', message: `${name} promises ${showBallot(ballot)} unasked` },
    }
  }
  const last = ledger.accepted
  const order = last === null ? 0 : accepted === null ? -1 : compareBallots(accepted.ballot, last.ballot)
  if (last === null || order > 0 || (order === 0 && accepted!.value === last.value)) return { ledger: next }
  const said = accepted === null ? 'nothing' : `only "${accepted.value}" of ${showBallot(accepted.ballot)}`
  const what = `${name} has accepted "${last.value}" in ${showBallot(last.ballot)}, and then its promise ${showBallot(ballot)} reports ${said}`
  return {
    ledger: next,
    breach: ledger.crashedSinceAccepted
      ? { invariant: 'durability', message: `${what}: it forgot in a crash` }
      : { invariant: 'honest-report', message: what },
  }
}

/** P1a: nothing below a promise is accepted. */
function judgeAccepted(
  ledger: Ledger,
  message: Message & { type: 'accepted' },
  { self, event }: Moment,
): Judged {
  const { ballot, value } = message
  const isHigher = ledger.accepted === null || compareBallots(ballot, ledger.accepted.ballot) > 0
  const next = isHigher ? { ...ledger, accepted: { ballot, value }, crashedSinceAccepted: false } : ledger
  const name = `acceptor ${self}`
  if (event.type !== 'accept' || compareBallots(event.ballot, ballot) !== 0 || event.value !== value) {
    const what = `${name} says that it accepted "${value}" in ${showBallot(ballot)}, which it was not asked to`
    return { ledger: next, breach: { invariant: 'integrity', message: what } }
  }
  const { promised } = ledger
  if (promised === null || compareBallots(ballot, promised) >= 0) return { ledger: next }
  const what = `${name} accepts "${value}" in ${showBallot(ballot)} after it promised ${showBallot(promised)}`
  return {
    ledger: next,
    breach: ledger.crashedSincePromise
      ? { invariant: 'durability', message: `${what}: it forgot in a crash` }
      : { invariant: 'promise-kept', message: what },
  }
}

/** P2c, and that a ballot has one value. */
function judgeAccept(
  ledger: Ledger,
  message: Message & { type: 'accept' },
  { self, acceptors }: Moment,
): Judged {
  const { ballot, value } = message
  const key = showBallot(ballot)
  const heard = ledger.ballots[key] ?? silence
  if (heard.value === value) return { ledger }
  const next = { ...ledger, ballots: { ...ledger.ballots, [key]: { ...heard, promises: {}, value } } }
  const name = `proposer ${self}`
  const says = (invariant: string, what: string): Judged => ({
    ledger: next,
    breach: { invariant, message: `${name} ${what}` },
  })
  if (heard.value !== null && heard.value !== value) {
    return says(
      'unique-ballots',
      `proposes "${value}" in ballot ${key}, in which it has proposed "${heard.value}"`,
    )
  }
  const reports = Object.values(heard.promises)
  const majority = majorityOf(acceptors)
  if (reports.length < majority) {
    return says(
      'integrity',
      `proposes "${value}" in ballot ${key} with ${reports.length} of ${acceptors} promises`,
    )
  }
  const isReported = reports.some((report) => report?.value === value)
  if (!isReported && !ledger.asked.includes(value))
    return says('validity', `proposes "${value}", which nobody asked for`)
  if (isAllowed(value, reports, majority, ledger.asked)) return { ledger: next }
  const highest = reports.reduce((a, b) =>
    a === null || (b !== null && compareBallots(b.ballot, a.ballot) > 0) ? b : a,
  )
  const told = `the highest proposal it was told of is "${highest!.value}" of ${showBallot(highest!.ballot)}`
  return says('value-rule', `proposes "${value}" in ballot ${key}, though ${told}`)
}

/** Is there a majority among those who promised by whose reports the value may be proposed? */
function isAllowed(
  value: string,
  reports: readonly (Proposal | null)[],
  majority: number,
  asked: readonly string[],
): boolean {
  const upTo = (bound: Ballot | null): number =>
    reports.filter((it) => it === null || (bound !== null && compareBallots(it.ballot, bound) <= 0)).length
  if (asked.includes(value) && upTo(null) >= majority) return true
  return reports.some((report) => report?.value === value && upTo(report.ballot) >= majority)
}

function judgeDecision(ledger: Ledger, value: string, { self, acceptors }: Moment): Judged {
  const isChosen = Object.values(ledger.ballots).some(
    (heard) => heard.value === value && heard.acceptedBy.length >= majorityOf(acceptors),
  )
  if (isChosen) return { ledger }
  const message = `proposer ${self} decides "${value}", which no majority has told it to have accepted`
  return { ledger, breach: { invariant: 'integrity', message } }
}

function higherBallot(a: Ballot | null, b: Ballot): Ballot {
  return a !== null && compareBallots(a, b) > 0 ? a : b
}
