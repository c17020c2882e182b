import { type Membership, type NodeId, assert } from '@quorate/core'
import type { ZabOptions } from '../../src/index.ts'
import { Ensemble } from './ensemble.ts'

/** An ensemble that `leader` leads, in its first epoch with a commit of nothing, and where nothing is under way. */
export function ledBy(
  size: number,
  leader: NodeId,
  options: ZabOptions = {},
  membership?: Membership,
): Ensemble {
  const ensemble = new Ensemble(size, options, membership === undefined ? {} : { membership })
  const first = ensemble.elect()
  if (first !== leader) {
    ensemble.transfer(first, leader)
    ensemble.settle()
  }
  assert(ensemble.observe(leader).established, 'the one that is to lead does', { leader })
  return ensemble
}

/** What a request has been answered with: `done`, `readReady`, or reason and outcome. */
export function answersTo(ensemble: Ensemble, id: NodeId, request: number): string[] {
  return ensemble.node(id).replies.flatMap((reply) => {
    if (reply.type === 'abandoned' || reply.sequence !== request) return []
    return reply.type === 'rejected' ? `${reply.reason}, ${reply.outcome}` : reply.type
  })
}

/** Who leads in its own eyes, of those that run. */
export function leadersOf(ensemble: Ensemble): NodeId[] {
  return [...ensemble.nodes.values()]
    .filter(({ id, running }) => running && ensemble.observe(id).established)
    .map(({ id }) => id)
}

/** A tick at `id`, and what follows from it. */
export function tick(ensemble: Ensemble, id: NodeId): void {
  ensemble.fire(id, 'tick')
  ensemble.settle()
}
