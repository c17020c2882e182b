import type { Pass } from '../pass.ts'

/**
 * Shorter ones are not tried, milliseconds: on the slowest networks and disks that are drawn, what a sound cluster
 * commits at once is answered in a fraction of it.
 */
const shortestRequest = 1000

/** For sessions that die silently there is no such bound: a shorter keepalive is only noticed sooner. */
const shortestKeepalive = 100

/**
 * Less waiting for a cluster that is not of use again: what it is waited for depends on these times, and most of the
 * events of a run that fails so happen meanwhile.
 */
export const waitLess: Pass = {
  name: 'waiting',
  *propose(scenario, { virtualMs }) {
    if (virtualMs < scenario.chaos) return scenario
    let left = (yield { ...scenario, recoveryLimit: 0 }) ?? scenario
    for (const requestTimeout of [shortestRequest, 2 * shortestRequest]) {
      if (requestTimeout < left.requestTimeout) left = (yield { ...left, requestTimeout }) ?? left
    }
    const { network } = left
    if (network.keepalive <= shortestKeepalive) return left
    return (yield { ...left, network: { ...network, keepalive: shortestKeepalive } }) ?? left
  },
}
