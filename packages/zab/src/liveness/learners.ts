import type { NodeId } from '@quorate/core'
import type { Serving, Learner } from '../state.ts'

export function findLearner(serving: Serving, node: NodeId): Learner | undefined {
  const { learners } = serving
  for (let i = 0; i < learners.length; i++) if (learners[i]!.node === node) return learners[i]
  return undefined
}

/** Puts a learner in its place, or in that of its earlier connection. */
export function putLearner(serving: Serving, learner: Learner): void {
  removeLearner(serving, learner.node)
  serving.learners.push(learner)
  serving.learners.sort((a, b) => a.node - b.node)
}

export function removeLearner(serving: Serving, node: NodeId): void {
  const position = serving.learners.findIndex((learner) => learner.node === node)
  if (position >= 0) serving.learners.splice(position, 1)
}

/** Has it acknowledged NEWLEADER? Only then do its acknowledgements count. */
export function isSynchronized(learner: Learner): boolean {
  return learner.phase === 'ACKED' || learner.phase === 'UPTODATE'
}

/** What a learner was sent arrived, up to `index`. */
export function landed(learner: Learner, index: number): void {
  const { inFlight } = learner
  while (inFlight.length > 0 && inFlight[0]!.index <= index) learner.inFlightBytes -= inFlight.shift()!.bytes
}
