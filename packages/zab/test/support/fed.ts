import { type Reply, majorityOf } from '@quorate/core'
import { expect } from 'vitest'
import type { ZabOptions } from '../../src/index.ts'
import { Ensemble } from './ensemble.ts'

/** Of three voters. */
export const observers: readonly number[] = [4, 5, 6, 7]
const membership = majorityOf([1, 2, 3], observers)

/** Three voters, led by 3, and four observers, all up to date. */
export function fedByFollowers(options: ZabOptions = {}): Ensemble {
  const ensemble = new Ensemble(7, { followersFeedObservers: true, ...options }, { membership })
  expect(ensemble.elect()).toBe(3)
  ensemble.run(1_000, () => observers.every((id) => ensemble.observe(id).phase === 'BROADCAST'))
  return ensemble
}

/** Who feeds an observer. */
export function feeder(ensemble: Ensemble, id: number): number | undefined {
  return ensemble.state(id).following?.leader
}

export function feeders(ensemble: Ensemble): (number | undefined)[] {
  return observers.map((id) => feeder(ensemble, id))
}

/** Makes observer 4 give up both followers. */
export function takeToLeader(ensemble: Ensemble): void {
  ensemble.filter = ({ from, to, message }) =>
    !(from === 4 && to !== 3 && ['OBSERVERINFO', 'PONG', 'ACK'].includes(message.type))
  ensemble.run(5_000, () => feeder(ensemble, 4) === 3)
  ensemble.filter = () => true
  ensemble.run(100)
}

/** Counts what is sent from here on, by sender and type. */
export function countSent(ensemble: Ensemble): Map<string, number> {
  const counts = new Map<string, number>()
  ensemble.filter = ({ from, message }) => {
    const name = `${from} ${message.type}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
    return true
  }
  return counts
}

export function replies(ensemble: Ensemble, id: number, sequence: number): readonly Reply[] {
  return ensemble.node(id).replies.filter((reply) => reply.sequence === sequence)
}
