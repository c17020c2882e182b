import type { Access, Model } from './model.ts'
import { impossible, partitionByKey } from './model.ts'

/** Takes the lock, or gives it back. Locks with different keys are different locks; no key is one lock. */
export interface MutexInput {
  readonly op: 'acquire' | 'release'
  readonly key?: string
}

/**
 * A lock, free at first. An `acquire` is possible while it is free and a `release` while it is held; outputs mean
 * nothing. What failed is not in the history.
 */
export function mutex(): Model<boolean, MutexInput, unknown> {
  return {
    name: 'mutex',
    initial: () => false,
    step: (held, { op }) => (held === (op === 'release') ? op === 'acquire' : impossible),
    equal: (a, b) => a === b,
    hash: (held) => (held ? 1 : 0),
    partition: partitionByKey,
    access: ({ op }): Access<boolean> => ({ saw: op === 'release', left: op === 'acquire' }),
    describe: ({ op }) => op,
    describeState: (held) => (held ? 'the lock is held' : 'the lock is free'),
  }
}
