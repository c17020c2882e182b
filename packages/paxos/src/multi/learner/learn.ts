import { assert, type Ballot, type Entry, everyMember, type NodeId } from '@quorate/core'
import { isAbove, isSame, packBallots, unpackBallots } from '../ballot.ts'
import { becomePreempted } from '../become.ts'
import { ballotIn, epochIn, putSlot, sliceSlots } from '../disk/slot-log.ts'
import type { Learn, Learned } from '../messages.ts'
import type { Progress } from '../leader/progress.ts'
import { ignore, latestMembership, type PaxosNode, trace } from '../node.ts'
import type { PaxosState } from '../state.ts'
import { advanceCommit } from './decide.ts'

/** So many heartbeats without an answer, and it is asked again. */
const patience = 2

/**
 * Once a turn: a member that lacks chosen values which its leader's Accepts do not bring asks for them: those of earlier
 * ballots. (Lost Accepts come again by themselves.) Paxos Made Simple, §2.3: a learner may ask.
 */
export function learnFromLeader(node: PaxosNode, leader: NodeId): void {
  const { state } = node
  const { following, commit } = state
  if (commit >= following.chosen || commit + 1 >= following.start) return
  if (state.learning === undefined) ask(node, leader)
}

/** A heartbeat came: what the last one said to be chosen, and is missing still, does not come by itself. */
export function noteBeatForLearning(node: PaxosNode): void {
  const { state } = node
  const { following, commit, leader } = state
  const isStuck = commit === following.commitAtBeat && commit < following.chosenAtBeat
  following.commitAtBeat = commit
  following.chosenAtBeat = following.chosen
  noteSilence(node)
  if (isStuck && state.learning === undefined && leader !== undefined) ask(node, leader)
}

/** The leader itself lacks values that others know to be chosen: it asks one of those, and the next if it does not answer. */
export function learnFromSource(node: PaxosNode): void {
  const { state } = node
  const { phase1 } = state
  if (phase1 === undefined || !isBehind(state)) return
  const silent = noteSilence(node)
  if (state.learning !== undefined) return
  const teachers = teachersOf(node)
  const first = teachers.includes(phase1.source) ? phase1.source : teachers[0]
  const next = silent === undefined ? first : (teachers.find((id) => id > silent) ?? teachers[0])
  if (next !== undefined) ask(node, next)
}

/** Does a leader know from promises that more is chosen than it holds? It must not propose there, but learn. */
export function isBehind({ leadership, phase1, commit }: PaxosState): boolean {
  return leadership !== undefined && commit < Math.max(leadership.start - 1, phase1!.chosen)
}

/** Those members that are there and know more to be chosen than this leader. */
export function teachersOf({ state, config }: PaxosNode): NodeId[] {
  const { leadership, phase1, commit } = state
  if (leadership === undefined) return []
  const isTeacher = ({ node: id, quiet, beat, chosen }: Progress): boolean =>
    quiet < config.quietLimit && (chosen > commit || (id === phase1!.source && beat === 0))
  return [...leadership.progress.values()].filter(isTeacher).map((progress) => progress.node)
}

/**
 * One who cannot campaign and hears of no leader asks one member after the other what is chosen: it may be that it is a
 * voter of a membership in force and does not know yet, while those who do are voters no more.
 */
export function learnFromAnyone(node: PaxosNode): void {
  const { state } = node
  const members = everyMember(latestMembership(state))
  const wasMember = state.memberships.some(({ membership }) => everyMember(membership).includes(state.self))
  if (wasMember && !members.includes(state.self)) return
  const last = state.learning?.from ?? 0
  const others = members.filter((member) => member !== state.self)
  const next = others.find((member) => member > last) ?? others[0]
  if (next !== undefined) ask(node, next)
}

/** Counts how long an answer is awaited. Gives whose was given up just now. */
function noteSilence({ state }: PaxosNode): NodeId | undefined {
  const { learning } = state
  if (learning === undefined) return undefined
  learning.beats += 1
  if (learning.beats < patience) return undefined
  state.learning = undefined
  return learning.from
}

function ask(node: PaxosNode, from: NodeId): void {
  const { state, outbox } = node
  if (from === state.self) return
  state.learning = { from, beats: 0 }
  trace(node, 'Learn', 'Paxos Made Simple 2.3', { from, slot: state.commit + 1 })
  outbox.sendNow(from, { type: 'Learn', from: state.commit + 1 })
}

/** Somebody lacks chosen values: they are told, or sent as a snapshot if they have been compacted. */
export function onLearn(node: PaxosNode, from: NodeId, message: Learn): void {
  const { state, config, outbox } = node
  const { log, commit } = state
  if (message.from > commit) return ignore(node, message.type, 'not-known', from)
  if (message.from <= log.base) return orderSnapshot(node, from)
  const entries: Entry[] = []
  const ballots: Ballot[] = []
  let bytes = 0
  for (const entry of sliceSlots(log, message.from, commit)) {
    bytes += entry.data.length
    if (bytes > config.maxBatchBytes && entries.length > 0) break
    entries.push(entry)
    ballots.push(ballotIn(log, entry.index)!)
  }
  trace(node, 'Teach', 'Paxos Made Simple 2.3', { to: from, from: message.from, count: entries.length })
  outbox.sendNow(from, { type: 'Learned', chosen: commit, entries, ballots: packBallots(ballots) })
}

function orderSnapshot(node: PaxosNode, to: NodeId): void {
  const { state, outbox } = node
  if (state.transfers.has(to)) return ignore(node, 'Learn', 'snapshot-under-way', to)
  state.transfers.add(to)
  trace(node, 'SendSnapshot', 'PMMC 4.3', { to, base: state.log.base, snapshot: state.snapshotIndex })
  outbox.snapshot({ type: 'send', to, message: { type: 'InstallSnapshot' } })
}

/** Chosen values arrive: whoever sends them, they are what was chosen. */
export function onLearned(node: PaxosNode, from: NodeId, message: Learned): void {
  const { state, outbox } = node
  const ballots = unpackBallots(message.ballots, message.entries.length)
  if (ballots === undefined || !isDense(message.entries)) {
    ignore(node, message.type, 'malformed', from)
    return outbox.resetLink(from)
  }
  if (state.learning?.from === from) state.learning = undefined
  const first = message.entries.findIndex(({ index }) => index === state.commit + 1)
  if (first < 0) return ignore(node, message.type, 'nothing-new', from)
  const highest = ballots.reduce((most, ballot) => (isAbove(ballot, most) ? ballot : most))
  // A proposer that still went on could propose two values for a slot in one ballot: its own, and what it learns.
  if (state.phase1 !== undefined && isAbove(highest, state.promised)) becomePreempted(node, highest, from)
  trace(node, 'Learned', 'Paxos Made Simple 2.3', { from, to: message.entries.at(-1)!.index })
  keep(node, message.entries.slice(first), ballots.slice(first))
  if (state.leadership !== undefined) learnFromSource(node)
  else if (state.leader === undefined && state.commit < message.chosen) ask(node, from)
}

/**
 * Keeps chosen values as an acceptor would, in the ballots in which the sender accepted them. One that was accepted here
 * in as high a ballot is the same (PMMC, invariants A4 and A5) and stays.
 */
function keep(node: PaxosNode, entries: readonly Entry[], ballots: readonly Ballot[]): void {
  const { state, outbox } = node
  const { log } = state
  let run: { ballot: Ballot; entries: Entry[] } | undefined
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    const ballot = ballots[i]!
    const own = ballotIn(log, entry.index)
    if (own !== undefined && !isAbove(ballot, own)) {
      const held = epochIn(log, entry.index)
      assert(held === entry.epoch, 'what is chosen stays chosen', { index: entry.index, own, held, ballot })
      continue
    }
    putSlot(log, entry, ballot)
    if (run === undefined || !isSame(run.ballot, ballot)) {
      run = { ballot, entries: [] }
      outbox.persist({ type: 'accept', ballot, entries: run.entries })
    }
    run.entries.push(entry)
  }
  advanceCommit(node, entries[entries.length - 1]!.index)
}

function isDense(entries: readonly Entry[]): boolean {
  return entries.every(({ index }, i) => index === entries[0]!.index + i)
}
