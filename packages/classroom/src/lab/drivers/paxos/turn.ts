import type { Breach } from '../../driver.ts'
import type { Implementation } from './implementation.ts'
import { type Ledger, judgeEffect, newLedger, noteCrash, noteEvent } from './ledger.ts'
import { type Effect, type Envelope, type NodeEvent, type NodeName, idOf, roleOf } from './wire.ts'

/** A node as the grader keeps it. State and disk are JSON text. */
export interface Local {
  readonly state: string
  readonly disk: string
  readonly ledger: Ledger
}

/** What came of one event at one node. */
export interface Turn {
  readonly local: Local
  /** The effects that were carried out; after a crash the first few. */
  readonly done: readonly Effect[]
  /** How many effects there were. */
  readonly of: number
  readonly sent: readonly Envelope[]
  readonly decided: readonly string[]
  readonly breaches: readonly Breach[]
  /** Invariants that had something to say. */
  readonly reached: readonly string[]
  readonly crashed: boolean
  /** Is its state another than before? */
  readonly changed: boolean
  /** Did its code fail, so that the event has no effect? */
  readonly failed: boolean
}

/** A node that starts for the first time. */
export function firstLocal(
  code: Implementation,
  node: NodeName,
  acceptors: number,
): { local: Local; breaches: readonly Breach[] } {
  const { state, fault } = code.start(node, acceptors, 'null')
  return { local: { state, disk: 'null', ledger: newLedger }, breaches: faultBreach(node, fault) }
}

/** A crash, and the restart with what is on the disk. Whoever comes back as it was has forgotten nothing. */
export function crashed(code: Implementation, node: NodeName, local: Local, acceptors: number): Local {
  const { state } = code.start(node, acceptors, local.disk)
  return state === local.state ? local : { state, disk: local.disk, ledger: noteCrash(local.ledger) }
}

/** A crash in the midst of a reaction. If nobody has seen anything of it, the event may as well not have happened. */
function crashedInside(
  code: Implementation,
  node: NodeName,
  { before, next, acceptors, isSilent }: { before: Local; next: Local; acceptors: number; isSilent: boolean },
): Local {
  const local = crashed(code, node, next, acceptors)
  return isSilent && local.state === before.state && local.disk === before.disk ? before : local
}

/** Of how many effects carried out it makes a difference that no more were: before and after each write to the disk. */
export function crashPoints(effects: readonly Effect[]): readonly number[] {
  const points = effects.flatMap(({ type }, i) => (type === 'persist' ? [i, i + 1] : []))
  return [...new Set(points)].filter((point) => point < effects.length)
}

/** Lets a node react to an event: all of it, or only the first `crashAfter` effects before it crashes and restarts. */
export function takeTurn(
  code: Implementation,
  acceptors: number,
  node: NodeName,
  local: Local,
  event: NodeEvent,
  crashAfter?: number,
): Turn {
  const { state, effects, fault } = code.react(node, local.state, event)
  const carried = crashAfter === undefined ? effects : effects.slice(0, crashAfter)
  const moment = { self: idOf(node), acceptors, event, before: local.ledger }
  // What a node took no notice of, it has not heard.
  const isIgnored = state === local.state && effects.length === 0
  let ledger = isIgnored || fault !== undefined ? local.ledger : noteEvent(local.ledger, event)
  let disk = local.disk
  const breaches = [...faultBreach(node, fault)]
  const reached: string[] = []
  for (const effect of carried) {
    reached.push(...reachedBy(effect, ledger))
    const judged = judgeEffect(ledger, effect, moment)
    ledger = judged.ledger
    if (judged.breach !== undefined) breaches.push(judged.breach)
    if (effect.type === 'persist') disk = effect.disk
  }
  const next = { state, disk, ledger }
  const isCrash = crashAfter !== undefined
  const isSilent = carried.every(({ type }) => type === 'persist')
  return {
    local: isCrash ? crashedInside(code, node, { before: local, next, acceptors, isSilent }) : next,
    done: carried,
    of: effects.length,
    sent: carried.flatMap((effect) => envelopeOf(node, effect, acceptors)),
    decided: carried.flatMap((effect) => (effect.type === 'decide' ? [effect.value] : [])),
    breaches,
    reached: isCrash ? [...reached, ...reachedByCrash(node, ledger)] : reached,
    crashed: isCrash,
    changed: state !== local.state,
    failed: fault !== undefined,
  }
}

/** Invariants of which a crash of a node with such a past tells something. */
export function reachedByCrash(node: NodeName, { promised, accepted }: Ledger): readonly string[] {
  return roleOf(node) === 'acceptor' && promised !== null && accepted !== null ? ['durability'] : []
}

function reachedBy(effect: Effect, ledger: Ledger): readonly string[] {
  if (effect.type !== 'send') return []
  switch (effect.message.type) {
    case 'prepare':
      return ledger.asked.length > 1 ? ['unique-ballots'] : []
    case 'promise':
      return ledger.accepted === null ? [] : ['honest-report']
    case 'accept':
      return ['validity', 'integrity', 'value-rule', 'handlers']
    case 'accepted':
      return ledger.promised === null ? [] : ['promise-kept']
    case 'refused':
      return []
  }
}

function envelopeOf(from: NodeName, effect: Effect, acceptors: number): readonly Envelope[] {
  if (effect.type !== 'send') return []
  const to: NodeName = roleOf(from) === 'proposer' ? `acceptor ${effect.to}` : `proposer ${effect.to}`
  // Nobody is there to hear it.
  if (roleOf(from) === 'proposer' && !(effect.to >= 1 && effect.to <= acceptors)) return []
  return [{ from, to, message: effect.message }]
}

function faultBreach(node: NodeName, fault: string | undefined): readonly Breach[] {
  return fault === undefined ? [] : [{ invariant: 'handlers', message: `${node}: ${fault}` }]
}
