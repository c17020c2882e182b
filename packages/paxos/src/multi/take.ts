import { beginPersist, everyMember, type NodeId, type Output, type Token, votersOf } from '@quorate/core'
import { sendAccepted } from './acceptor/acknowledge.ts'
import { encodeHardState } from './disk/hard-state.ts'
import { noBallot } from './ballot.ts'
import { advanceChosen } from './leader/choose.ts'
import { assignSlots } from './leader/phase2a.ts'
import { beginBeat, replicate } from './leader/replicate.ts'
import { decideAccepted, deliver } from './learner/decide.ts'
import { learnFromLeader, learnFromSource } from './learner/learn.ts'
import type { PaxosMessage } from './messages.ts'
import { membershipInForce, type PaxosNode } from './node.ts'
import { sendReadIndex } from './requests/follower-reads.ts'
import { sendForwards } from './requests/forward.ts'
import { answerConfirmedReads, beginReadRound } from './requests/reads.ts'

/** The end of a turn: what is dear is done here, once for everything that has arrived. */
export function takeTurn(node: PaxosNode): Output<PaxosMessage> {
  const { state, outbox } = node
  if (state.leadership !== undefined) lead(node)
  else if (state.leader !== undefined) follow(node, state.leader)
  deliver(node)
  stageHardState(node)
  return outbox.take(takeToken(node))
}

function lead(node: PaxosNode): void {
  const { leadership } = node.state
  if (leadership === undefined) return
  advanceChosen(node, leadership)
  if (node.state.leadership !== leadership) return // it has chosen a membership without itself
  assignSlots(node, leadership)
  const isFirst = leadership.beat === 0
  if (isFirst) {
    beginBeat(node, leadership)
    learnFromSource(node)
  }
  const isReadRound = beginReadRound(node, leadership)
  replicate(node, leadership, askedBy(node, isFirst, isReadRound))
  answerConfirmedReads(node, leadership)
}

/** A new leader makes itself known to all; a round of reads needs answers of those who decide. */
function askedBy({ state }: PaxosNode, isFirst: boolean, isReadRound: boolean): readonly NodeId[] {
  if (isFirst) return everyMember(membershipInForce(state))
  return isReadRound ? votersOf(membershipInForce(state)) : nobody
}

const nobody: readonly NodeId[] = []

function follow(node: PaxosNode, leader: number): void {
  decideAccepted(node)
  sendAccepted(node, leader)
  learnFromLeader(node, leader)
  sendForwards(node, leader)
  sendReadIndex(node, leader)
}

/**
 * The promise goes to disk with the first turn that it is new in, in one write with what was accepted. How far slots are
 * chosen rides along whenever something is written.
 */
function stageHardState(node: PaxosNode): void {
  const { state, outbox, config } = node
  if (!state.hardStateDirty && !outbox.hasPersist) return
  const { commit: chosen } = state
  const promised = config.unsafe.persistNoPromise === true ? noBallot : state.promised
  outbox.persist({ type: 'setHardState', bytes: encodeHardState({ promised, chosen }) }, state.hardStateDirty)
  if (!state.hardStateDirty) return
  state.hardStateDirty = false
  state.hardStateSequence = state.durability.lastSequence + 1
}

/** The token of this turn's persist, or of the last one under way, or none if all is durable. */
function takeToken({ state, outbox }: PaxosNode): Token | undefined {
  const { durability, acceptance, promised, commit, received } = state
  const epoch = promised.round
  if (outbox.hasPersist) {
    beginPersist(acceptance, received)
    return { epoch, sequence: beginPersist(durability, commit) }
  }
  return durability.outstanding.length === 0 ? undefined : { epoch, sequence: durability.lastSequence }
}
