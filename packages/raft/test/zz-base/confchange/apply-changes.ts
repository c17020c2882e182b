import type { NodeId } from '@quorate/core'
import type { Change } from './change.ts'
import { nodeList, type Roster } from './roster.ts'

/** A roster while a list of changes is made to it. */
interface Draft {
  readonly voters: Set<NodeId>
  readonly outgoing: ReadonlySet<NodeId>
  readonly learners: Set<NodeId>
  readonly learnersNext: Set<NodeId>
}

/** The roster after `changes`, in order. A change of node 0, which is nobody, is passed over. */
export function applyChanges(roster: Roster, changes: readonly Change[]): Roster {
  const draft: Draft = {
    voters: new Set(roster.voters),
    outgoing: new Set(roster.outgoing),
    learners: new Set(roster.learners),
    learnersNext: new Set(roster.learnersNext),
  }
  for (const change of changes) if (change.node !== 0) applyChange(draft, change)
  return {
    ...roster,
    voters: nodeList(draft.voters),
    learners: nodeList(draft.learners),
    learnersNext: nodeList(draft.learnersNext),
  }
}

function applyChange(draft: Draft, { type, node }: Change): void {
  switch (type) {
    case 'voter':
      forget(draft, node)
      draft.voters.add(node)
      return
    case 'learner':
      return makeLearner(draft, node)
    case 'remove':
      return forget(draft, node)
    case 'update':
      return
  }
}

/** One that still votes with the outgoing voters becomes a learner when they go: nobody is both at once (M8). */
function makeLearner(draft: Draft, node: NodeId): void {
  forget(draft, node)
  if (draft.outgoing.has(node)) draft.learnersNext.add(node)
  else draft.learners.add(node)
}

function forget({ voters, learners, learnersNext }: Draft, node: NodeId): void {
  voters.delete(node)
  learners.delete(node)
  learnersNext.delete(node)
}
