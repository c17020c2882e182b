import { type NodeId, QuorateError, unreachable } from '@quorate/core'
import { type Move, underWay } from '@quorate/sim'
import type { Act, Condition, FlightPattern, HoldPattern, LinkPattern, Nodes } from '../language/statement.ts'
import { examine } from './conditions.ts'
import type { Director } from './director.ts'

/** Acts that do something; the others say or ask something. */
export type Deed = Exclude<Act, { readonly verb: 'note' | 'expect' }>

type DeedOf<V> = Deed extends infer D
  ? D extends { readonly verb: infer W }
    ? V extends W
      ? D
      : never
    : never
  : never

/** Does what a statement says. What cannot be done as things stand is a `QuorateError` with code `USAGE` that says why. */
export function perform(director: Director, act: Deed): void {
  const deed = deeds[act.verb] as (director: Director, act: Deed) => void
  deed(director, act)
}

const deeds: { readonly [V in Deed['verb']]: (director: Director, act: DeedOf<V>) => void } = {
  start: performPower,
  restart: performPower,
  crash: performPower,
  elect: (director, { node }) => performElection(director, node),
  propose: (director, { node, texts }) => {
    for (const data of texts) move(director, { type: 'propose', node, data })
  },
  read: (director, { node, mode, as }) => moveAs(director, as, { type: 'read', node, mode }),
  reconfigure: (director, { node, membership, as }) =>
    moveAs(director, as, { type: 'reconfigure', node, membership }),
  transfer: (director, { node, to, as }) => moveAs(director, as, { type: 'transfer', node, to }),
  timeout: (director, { node, timer }) => performTimeout(director, node, timer),
  deliver: performDelivery,
  drop: (director, { what }) => forEachFlight(director, what, 'drop'),
  duplicate: (director, { what }) => forEachFlight(director, what, 'duplicate'),
  hold: ({ holds }, { what }) => {
    holds.push(what)
  },
  release: (director, { what }) => performRelease(director, what),
  cut: performLinks,
  heal: performLinks,
  isolate: performLinks,
  rejoin: performLinks,
  freeze: performPause,
  thaw: performPause,
  pause: performWrites,
  resume: performWrites,
  persist: performWrites,
  clock: performClocks,
  snapshot: (director, { node }) => move(director, { type: 'snapshot', node }),
  run: (director, { milliseconds, until }) =>
    reach(director, until, (isReached) => director.run(milliseconds, isReached)),
  wait: (director, { milliseconds }) => move(director, { type: 'wait', milliseconds }),
  settle: (director) => {
    director.settle()
  },
}

/** Makes a move that the script asks for; says why if it does not apply. */
function move(director: Director, wanted: Move): void {
  if (!director.play.make(wanted)) throw cannot(reasonAgainst(wanted))
}

/** A request, with the name that the script gives it. */
function moveAs(director: Director, name: string | undefined, wanted: Move): void {
  const { recorder } = director.play
  recorder.nextName = name
  move(director, wanted)
  recorder.nextName = undefined
}

function cannot(reason: string): QuorateError {
  return new QuorateError('USAGE', reason)
}

function reasonAgainst(wanted: Move): string {
  switch (wanted.type) {
    case 'start':
      return `node ${wanted.node} is running`
    case 'cut':
      return `the link between ${wanted.a} and ${wanted.b} is cut`
    case 'heal':
      return `the link between ${wanted.a} and ${wanted.b} is not cut`
    case 'block':
      return `the link from ${wanted.from} to ${wanted.to} is cut`
    case 'unblock':
      return `the link from ${wanted.from} to ${wanted.to} is not cut`
    case 'snapshot':
      return `node ${wanted.node} has applied nothing since its last snapshot, or is down`
    case 'persist':
      return `node ${wanted.node} has no writes under way`
    case 'crash':
      return `node ${wanted.node} is down, or has fewer than ${wanted.keep ?? 0} writes under way`
    case 'deliver':
    case 'drop':
    case 'duplicate':
      return `the link from ${wanted.from} to ${wanted.to} does not let a message through, or keeps order and loses and repeats nothing: cut it, or hold it`
    case 'propose':
    case 'read':
    case 'reconfigure':
    case 'transfer':
    case 'timeout':
      return `node ${wanted.node} is down`
    case 'clock':
      return `the clock of node ${wanted.node} goes at rate ${wanted.rate} already`
    case 'wait':
      return 'time does not go back'
    default:
      return unreachable(wanted, 'move')
  }
}

/** Runs towards a condition, which must be reached if there is one. */
function reach(
  director: Director,
  condition: Condition | undefined,
  run: (until?: () => boolean) => boolean,
): void {
  if (condition === undefined) {
    run()
    return
  }
  if (condition.what === 'violation') throw cannot('a violation can be expected, not waited for')
  const until = (): boolean => examine(director, condition).holds
  if (!run(until)) throw cannot(`what is waited for does not come: ${examine(director, condition).found}`)
}

function chosen(director: Director, nodes: Nodes): readonly NodeId[] {
  return nodes === 'all' ? director.play.nodes : nodes
}

function performPower(
  director: Director,
  act: Extract<Deed, { verb: 'start' | 'restart' }> | Extract<Deed, { verb: 'crash' }>,
): void {
  const { play } = director
  for (const node of chosen(director, act.nodes)) {
    // "all" means all that it can be said of; and what is down is not crashed to be started again.
    const isRunning = play.isRunning(node)
    if (act.verb === 'crash') {
      if (isRunning || act.nodes !== 'all') move(director, crashMove(director, node, act.keep))
      continue
    }
    if (act.verb === 'restart' && isRunning) move(director, { type: 'crash', node })
    if (act.verb === 'restart' || !isRunning || act.nodes !== 'all') move(director, { type: 'start', node })
  }
}

function crashMove({ play }: Director, node: NodeId, keep: number | 'all'): Move {
  const kept = keep === 'all' ? play.cluster.node(node).writing.length : keep
  return kept === 0 ? { type: 'crash', node } : { type: 'crash', node, keep: kept }
}

/** Of `all`, those whose clocks go at that rate already do not mind. */
function performClocks(director: Director, { nodes, rate }: Extract<Deed, { verb: 'clock' }>): void {
  for (const node of chosen(director, nodes)) {
    const wanted: Move = { type: 'clock', node, rate }
    if (nodes === 'all') director.play.make(wanted)
    else move(director, wanted)
  }
}

function performElection(director: Director, node: NodeId | undefined): void {
  if (director.elect(node)) return
  const { leader } = director
  const instead =
    leader === undefined ? 'nobody leads' : `node ${leader.node} leads epoch ${leader.epoch} in its own eyes`
  throw cannot(
    `${node === undefined ? 'no leader' : `node ${node} is not`} elected within 20 seconds: ${instead}`,
  )
}

function performTimeout(director: Director, node: NodeId, timer: string | undefined): void {
  if (!director.play.isRunning(node)) throw cannot(`node ${node} is down`)
  const running = [...director.play.cluster.node(node).timers.keys()]
  const name = timer ?? director.nextTimer(node)?.timer
  if (name === undefined) throw cannot(`node ${node} has no timer running`)
  if (running.includes(name)) return move(director, { type: 'timeout', node, timer: name })
  throw cannot(`node ${node} has no timer "${name}" running, but ${running.join(', ') || 'none'}`)
}

function performDelivery(director: Director, act: Extract<Deed, { verb: 'deliver' }>): void {
  if (act.what === 'all') return reach(director, act.until, (until) => director.settle(until))
  if (act.what !== 'next') return forEachFlight(director, act.what, 'deliver')
  if (!director.deliverNext()) throw cannot('nothing is under way that may arrive')
}

function forEachFlight(
  director: Director,
  pattern: FlightPattern,
  type: 'deliver' | 'drop' | 'duplicate',
): void {
  const { from, to, messageType, position } = pattern
  const path = underWay(director.play.cluster, from, to)
  const matching = path.filter(({ message }) => (messageType ?? message.type) === message.type)
  const wanted = position === 'all' ? matching : matching.slice(position - 1, position)
  if (wanted.length === 0) {
    const types = path.map(({ message }) => message.type)
    const what = messageType ?? 'message'
    const which = matching.length === 0 ? `no ${what}` : `no ${what} #${position}`
    throw cannot(`${which} is under way from ${from} to ${to}; there is ${types.join(', ') || 'nothing'}`)
  }
  for (const flight of wanted) {
    const now = underWay(director.play.cluster, from, to).indexOf(flight)
    if (now < 0) throw cannot(`a message from ${from} to ${to} was lost on the way`)
    move(director, { type, from, to, position: now })
  }
}

function performRelease(director: Director, what: HoldPattern | 'all'): void {
  const { holds } = director
  if (what === 'all') {
    if (holds.length === 0) throw cannot('nothing is held')
    holds.length = 0
    return
  }
  const key = (hold: HoldPattern): string => `${hold.from.join()} ${hold.to.join()} ${hold.messageType}`
  const position = holds.findIndex((hold) => key(hold) === key(what))
  if (position < 0) throw cannot('nothing is held by these very words')
  holds.splice(position, 1)
}

function performLinks(
  director: Director,
  act: Extract<Deed, { verb: 'isolate' | 'rejoin' }> | Extract<Deed, { links: unknown }>,
): void {
  const { play } = director
  if ('node' in act) {
    const type = act.verb === 'isolate' ? 'cut' : 'heal'
    for (const b of play.nodes) if (b !== act.node) play.make({ type, a: act.node, b })
    return
  }
  const { links, verb } = act
  if (links === 'all') return healAll(director)
  for (const a of links.left) for (const b of links.right) move(director, linkMove(verb, a, b, links))
}

function linkMove(verb: 'cut' | 'heal', a: NodeId, b: NodeId, { isOneWay }: LinkPattern): Move {
  if (isOneWay) return { type: verb === 'cut' ? 'block' : 'unblock', from: a, to: b }
  return { type: verb, a, b }
}

/** Links that are not cut do not mind. */
function healAll({ play }: Director): void {
  for (const a of play.nodes) {
    for (const b of play.nodes) {
      if (a < b) play.make({ type: 'heal', a, b })
      play.make({ type: 'unblock', from: a, to: b })
    }
  }
}

/** A frozen node is a process that is not scheduled: it knows nothing of it. */
function performPause(director: Director, { verb, node }: Extract<Deed, { verb: 'freeze' | 'thaw' }>): void {
  const { frozen } = director
  if (frozen.has(node) === (verb === 'freeze')) {
    throw cannot(`node ${node} is ${verb === 'freeze' ? '' : 'not '}frozen`)
  }
  if (verb === 'freeze') frozen.add(node)
  else frozen.delete(node)
}

function performWrites(
  director: Director,
  act: Extract<Deed, { verb: 'pause' | 'resume' | 'persist' }>,
): void {
  const { play } = director
  if (act.verb === 'persist') {
    const writing = play.cluster.node(act.node).writing.length
    const count = act.count === 'all' ? Math.max(1, writing) : act.count
    for (let i = 0; i < count; i++) move(director, { type: 'persist', node: act.node })
    return
  }
  for (const node of chosen(director, act.nodes)) {
    if (act.verb === 'pause') play.paused.add(node)
    else play.paused.delete(node)
  }
  play.completeWrites()
}
