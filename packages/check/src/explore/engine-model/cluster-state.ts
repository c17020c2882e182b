/**
 * A state of the whole cluster: its history, the budgets left, which links are cut (a bit for each pair), one local for
 * each replica, then the messages under way. All are numbers of components, so a state is as short as that.
 */
export type ClusterState = readonly number[]

export const historyAt = 0
export const budgetAt = 1
export const cutAt = 2
/** Replica `n`'s local is at `firstLocalAt + n - 1`. */
export const firstLocalAt = 3

/** The bit of the link between two replicas. */
export function linkBit(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  return 1 << (((high - 1) * (high - 2)) / 2 + low - 1)
}
