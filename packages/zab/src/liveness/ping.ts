import type { Ping, Pong } from '../message.ts'
import type { Zab } from '../node.ts'
import { confirmReads } from '../requests/read.ts'
import type { Following, Leadership, Learner } from '../state.ts'
import { isSynchronized } from './learners.ts'

/** Learner answers at once: that it still follows this leader depends on nothing on its disk. */
export function onPing({ out }: Zab, following: Following, message: Ping): void {
  const { connection, epoch, round } = message
  out.sendNow(following.leader, { type: 'PONG', connection, epoch, round })
}

/** Leader hears that a learner still follows it, at a time after round `round` of reads began. */
export function onPong(zab: Zab, leadership: Leadership, learner: Learner, message: Pong): void {
  if (!isSynchronized(learner) || message.round <= learner.confirmed) return
  learner.confirmed = Math.min(message.round, leadership.readRound)
  confirmReads(zab, leadership)
}
