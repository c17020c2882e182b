import { Random } from '@quorate/sim'
import type { Breach, Episode, LabDriver } from '../../driver.ts'
import { type Cluster, type PaxosStep, valueOf } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { roughStart } from './random-run.ts'
import type { Envelope, NodeName } from './wire.ts'

const mostAttempts = 20
const mostDeliveries = 2000

/** After a rough start everything arrives, and one proposer alone goes on: it has to decide (§2.4). */
function decidesAlone(code: Implementation, seed: number): Episode | undefined {
  return settle(code, seed, () => true, 'decides-alone')
}

/** The same with one acceptor that never answers. */
function decidesWithMajority(code: Implementation, seed: number): Episode | undefined {
  const silent = `acceptor ${1 + (seed % 3)}`
  return settle(code, seed, ({ from, to }) => from !== silent && to !== silent, 'decides-with-majority')
}

/** Goals of liveness, by name. */
export const goals: LabDriver<Implementation>['goals'] = {
  'decides-alone': decidesAlone,
  'decides-with-majority': decidesWithMajority,
}

function settle(
  code: Implementation,
  seed: number,
  arrives: (envelope: Envelope) => boolean,
  invariant: string,
): Episode | undefined {
  const cluster = roughStart(code, new Random(seed))
  const node: NodeName = 'proposer 1'
  if (cluster.decided.some((decision) => decision.node === node)) return undefined
  let delivered = 0
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    // Old messages may still be late, for ever: only what is sent from now on has to arrive.
    let next = cluster.sent.length
    cluster.apply({ do: 'propose', node, value: valueOf(1, 10 + attempt) } satisfies PaxosStep)
    for (; next < cluster.sent.length && delivered < mostDeliveries; next++) {
      const envelope = cluster.sent[next]!
      if (!arrives(envelope)) continue
      delivered += 1
      cluster.apply({ do: 'deliver', ...envelope })
    }
    if (cluster.decided.some((decision) => decision.node === node)) return undefined
  }
  return { ...cluster.episode(), breaches: [stuck(cluster, invariant)] }
}

function stuck(cluster: Cluster, invariant: string): Breach {
  const missing = invariant === 'decides-alone' ? '' : ', with one acceptor out of reach'
  const message = `proposer 1 is alone and all that it sends arrives${missing}: after ${mostAttempts} attempts it has not decided`
  return { invariant, message: cluster.sent.length === 0 ? `${message}; nobody sent anything` : message }
}
