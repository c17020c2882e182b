import type { QuorateError } from '@quorate/core'
import type { Waiter } from '@quorate/replica'

/** Turns a request's end into a promise: the edge where promises live. Aborting lets go of the answer, not of the request. */
export function promised<T>(
  signal: AbortSignal | undefined,
  start: (waiter: Waiter<unknown>) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error)
    const onAbort = (): void => reject(signal?.reason as Error)
    signal?.addEventListener('abort', onAbort, { once: true })
    start({
      done(answer: unknown) {
        signal?.removeEventListener('abort', onAbort)
        resolve(answer as T)
      },
      failed(error: QuorateError) {
        signal?.removeEventListener('abort', onAbort)
        reject(error)
      },
    })
  })
}
