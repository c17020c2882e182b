import { createReadBack } from '@quorate/core'
import { inviteLearner } from '../discovery/admit-learner.ts'
import type { Zab } from '../node.ts'
import type { Following, Relay } from '../state.ts'

/**
 * What a follower needs to feed observers. It ends with the connection to its leader that it belongs to, so no observer
 * is ever fed across two epochs.
 */
export function createRelay({ phase, epoch }: Following): Relay {
  const isOpen = phase === 'BROADCAST'
  return {
    phase: isOpen ? 'BROADCAST' : 'DISCOVERY',
    epoch: isOpen ? epoch : 0,
    learners: [],
    ticks: 0,
    readBack: createReadBack(),
    reads: [],
    pendingReads: [],
  }
}

/** The follower serves from now on, and so it feeds those observers that came too early. */
export function openRelay(zab: Zab, { epoch, relay }: Following): void {
  if (relay === undefined) return
  relay.phase = 'BROADCAST'
  relay.epoch = epoch
  for (const learner of relay.learners) inviteLearner(zab, relay, learner)
}
