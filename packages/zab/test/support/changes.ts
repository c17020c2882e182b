import { type Membership, type NodeId, type QuorumSystem, votersIn, votersOf } from '@quorate/core'
import { expect } from 'vitest'
import type { ZabOptions } from '../../src/index.ts'
import { Ensemble } from './ensemble.ts'

/** Voters 1, 2 and 3, led by 3; the others wait to be taken in. */
export function ledBy3(spares: readonly NodeId[], options: ZabOptions = {}): Ensemble {
  const ensemble = new Ensemble(3, options, { spares })
  expect(ensemble.elect()).toBe(3)
  return ensemble
}

/** Asks `id`, and lets time pass. Gives the request's sequence. */
export function change(ensemble: Ensemble, id: NodeId, membership: Membership, milliseconds = 400): number {
  const sequence = ensemble.reconfigure(id, membership)
  ensemble.run(milliseconds)
  return sequence
}

/** How the request ended: `done`, the reason for which it was turned down, or nothing yet. */
export function endOf(ensemble: Ensemble, id: NodeId, sequence: number): string | undefined {
  const replies = ensemble.node(id).replies.filter((reply) => reply.sequence === sequence)
  expect(replies.length).toBeLessThan(2)
  const [reply] = replies
  return reply?.type === 'rejected' ? `${reply.reason} ${reply.outcome}` : reply?.type
}

/** The memberships in a replica's log, behind the first. */
export function changesOf(ensemble: Ensemble, id: NodeId): string[] {
  return ensemble
    .state(id)
    .memberships.slice(1)
    .map(({ membership }) => nameOf(membership))
}

/** `1 2 3`, `1 2 3 | 1 4` for joint quorums, `1 2 + 5` with an observer. */
export function nameOf({ quorums, observers }: Membership): string {
  const list = (system: QuorumSystem): string => votersIn(system).join(' ')
  const voters = quorums.type === 'joint' ? `${list(quorums.old)} | ${list(quorums.next)}` : list(quorums)
  return observers.length === 0 ? voters : `${voters} + ${observers.join(' ')}`
}

/** The established leader of the latest epoch. */
export function leaderOf(ensemble: Ensemble): NodeId {
  const running = [...ensemble.nodes.values()].filter(({ running: runs }) => runs).map(({ id }) => id)
  const leaders = running.filter((id) => ensemble.observe(id).established)
  leaders.sort((a, b) => ensemble.observe(b).epoch - ensemble.observe(a).epoch)
  expect(leaders).not.toEqual([])
  return leaders[0]!
}

/** The members of `next` lead and serve, and all of them know that they are the members. */
export function expectInForce(ensemble: Ensemble, next: Membership): void {
  ensemble.run(3000)
  const leader = leaderOf(ensemble)
  expect(votersOf(next)).toContain(leader)
  for (const id of [...votersOf(next), ...next.observers]) {
    const sequence = ensemble.propose(id, 'x')
    ensemble.run(200)
    const isApplied = ensemble
      .node(id)
      .applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
    expect(isApplied, `a command of ${id}`).toBe(true)
  }
  for (const id of [...votersOf(next), ...next.observers]) {
    expect(ensemble.observe(id).membership).toEqual(next)
    expect(ensemble.observe(id).commitIndex).toBe(ensemble.observe(leader).commitIndex)
    expect(ensemble.state(id).state).toBe(
      id === leader ? 'LEADING' : votersOf(next).includes(id) ? 'FOLLOWING' : 'OBSERVING',
    )
  }
}
