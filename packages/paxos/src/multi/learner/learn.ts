import {
  assert,
  type Ballot,
  type Entry,
  everyMember,
  type LogIndex,
  type NodeId,
  votersOf,
} from '@quorate/core'
import { isAbove, isSame, packBallots, unpackBallots } from '../ballot.ts'
import { becomePreempted } from '../become.ts'
import { ballotIn, epochIn, putSlot, sliceSlots } from '../disk/slot-log.ts'
import type { Learn, Learned } from '../messages.ts'
import { canDecide, ignore, membershipInForce, type PaxosNode, trace } from '../node.ts'
import type { PaxosState } from '../state.ts'
import { advanceCommit } from './decide.ts'
import { isBehind, teachersOf } from './teachers.ts'

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

/**
 * One who cannot campaign and hears of no leader asks the voters, one after the other, what else is chosen. So they hear
 * how much it knows itself: that they are the voters, perhaps, which those who knew first are no more. One who is no
 * member stops when a quorum has answered. (That they have decided a slot does not say that they know: an old leader may
 * have counted what they accepted.)
 */
export function learnFromVoters(node: PaxosNode): void {
  const { state } = node
  const { self, memberships, learning, aware } = state
  const { index, membership } = memberships[memberships.length - 1]!
  const inForce = membershipInForce(state)
  const isMember = everyMember(membership).includes(self)
  if (!isMember && (index === 0 || canDecide(node, inForce, (voter) => aware.has(voter)))) return
  const voters = votersOf(inForce).filter((voter) => isMember || !aware.has(voter))
  const next = voters.find((voter) => voter > (learning?.from ?? 0)) ?? voters[0]
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

/**
 * Somebody lacks chosen values: they are told, or sent as a snapshot if they have been compacted. Whoever asks for more
 * than is known here knows more itself: one who has nobody else to ask asks back.
 */
export function onLearn(node: PaxosNode, from: NodeId, message: Learn): void {
  const { state, config, outbox } = node
  const { log, commit } = state
  if (message.from > commit) {
    ignore(node, message.type, 'not-known', from)
    if (message.from > commit + 1 && state.leader === undefined) ask(node, from)
    return
  }
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
  noteAware(state, from, message.chosen)
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

/** One who is no member does not go on with what they decide; it is enough to know that they do. */
export function noteAware(state: PaxosState, from: NodeId, chosen: LogIndex): void {
  if (chosen >= state.memberships[state.memberships.length - 1]!.index) state.aware.add(from)
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
