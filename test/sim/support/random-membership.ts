import {
  type Membership,
  type NodeId,
  flexibleOf,
  gridOf,
  majorityOf,
  membersOf,
  votersOf,
  weightedOf,
} from '@quorate/core'
import type { Random } from '@quorate/sim'

/** Ways to change members. */
export const changes = ['grow', 'shrink', 'replace', 'observe', 'flexible', 'weighted', 'grid'] as const

export type Change = (typeof changes)[number]

/** Another membership of some of `all`, drawn by how it differs from the present one; undefined if it cannot. */
export function drawMembership(
  random: Random,
  change: Change,
  now: Membership,
  all: readonly NodeId[],
): Membership | undefined {
  const voters = votersOf(now)
  const others = random.shuffle(all.filter((id) => !voters.includes(id)))
  const strangers = others.filter((id) => !membersOf(now).includes(id))
  switch (change) {
    case 'grow':
      return others.length === 0
        ? undefined
        : majorityOf([...voters, others[0]!], without(now.observers, [others[0]!]))
    case 'shrink': {
      const left = without(voters, [random.pick(voters)])
      return left.length === 0 ? undefined : majorityOf(left, now.observers)
    }
    case 'replace':
      // As many new ones as there can be, and none of the old ones.
      return others.length === 0 ? undefined : majorityOf(others.slice(0, random.integer(1, others.length)))
    case 'observe':
      return strangers.length === 0
        ? undefined
        : { ...now, observers: inOrder([...now.observers, strangers[0]!]) }
    case 'flexible': {
      const some = draw(random, all, 3)
      const election = random.integer(2, some.length)
      return flexibleOf(some, { election, replication: some.length + 1 - election })
    }
    case 'weighted':
      return weightedOf(draw(random, all, 2).map((node) => ({ node, weight: random.integer(1, 3) })))
    case 'grid': {
      const [a, b, c, d] = random.shuffle(all)
      return gridOf([
        [a!, b!],
        [c!, d!],
      ])
    }
  }
}

function draw(random: Random, all: readonly NodeId[], least: number): NodeId[] {
  return random.shuffle(all).slice(0, random.integer(least, all.length))
}

function without(nodes: readonly NodeId[], out: readonly NodeId[]): NodeId[] {
  return nodes.filter((node) => !out.includes(node))
}

function inOrder(nodes: readonly NodeId[]): NodeId[] {
  return nodes.toSorted((a, b) => a - b)
}
