/** So many election timeouts, and so long besides: far beyond what any cluster takes that is of use again at all. */
const usualTimeouts = 40
const usualMargin = 10_000

/**
 * Over 150 seeds of all faults with each engine, nobody that was not excused took more than five election timeouts;
 * this is twice as many.
 */
const leastTimeouts = 10

/** How long a scenario lets a cluster take, unless it says otherwise. Milliseconds. */
export function usualRecovery(electionTimeout: number, requestTimeout: number): number {
  return usualTimeouts * electionTimeout + 2 * requestTimeout + usualMargin
}

/**
 * How long a cluster may take whatever its scenario says, milliseconds: a sound one must not fail for want of time. It
 * finds out about sessions that died silently (`keepalive`) and elects a leader. Meanwhile the write that is made to
 * see whether it is of use may be lost, which its client learns after `requestTimeout`; then it makes another.
 */
export function leastRecovery(electionTimeout: number, requestTimeout: number, keepalive: number): number {
  return leastTimeouts * electionTimeout + 2 * requestTimeout + keepalive
}
