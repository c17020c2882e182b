import { setTimeout as delay } from 'node:timers/promises'
import { QuorateError } from '@quorate/core'

/** Without a signal, waiting for a leader ends after this. Milliseconds. */
export const patience = 10_000
/** Between two attempts, milliseconds. */
const pause = 10

/**
 * Makes a call again for as long as the answer is that nothing was done because there is no leader just now: during
 * an election, callers wait rather than fail. Any other answer is final.
 *
 * @param mayPass does that answer change by itself? @default it does if nobody leads, or somebody else
 */
export async function untilAnswered<T>(
  call: () => Promise<T>,
  signal: AbortSignal | undefined,
  mayPass: (error: unknown) => boolean = wasRefused,
): Promise<T> {
  const end = performance.now() + patience
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!mayPass(error) || (signal === undefined && performance.now() > end)) throw error
    }
    await delay(pause)
    signal?.throwIfAborted()
  }
}

/** Nobody is known to lead: another replica need not be asked instead. */
export function isLeaderless(error: unknown): boolean {
  return wasRefused(error) && (error as QuorateError).details['reason'] !== 'not-leader'
}

function wasRefused(error: unknown): boolean {
  return error instanceof QuorateError && error.code === 'NOT_LEADER' && error.outcome === 'definitely-not'
}
