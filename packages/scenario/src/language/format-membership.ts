import type { Configuration, Membership, NodeId, QuorumSystem, VoterWeight } from '@quorate/core'

/** A membership in the words of the language: `voters 1 2 4 witnesses 4 observers 5`. */
export function configurationText({ quorums, observers, witnesses = [] }: Configuration): string {
  return `${systemText(quorums)}${listText('witnesses', witnesses)}${listText('observers', observers)}`
}

/** The same with what is to come: `voters 1 2 3, from 9 on voters 1 2 4`. */
export function membershipText(membership: Membership): string {
  const { nextObservers, pending = [] } = membership
  const then = nextObservers === undefined ? '' : `, then observers ${nextObservers.join(' ') || 'nobody'}`
  const later = pending.map(({ from, membership: next }) => `, from ${from} on ${configurationText(next)}`)
  return `${configurationText(membership)}${then}${later.join('')}`
}

function listText(name: string, nodes: readonly NodeId[]): string {
  return nodes.length === 0 ? '' : ` ${name} ${nodes.join(' ')}`
}

function systemText(system: QuorumSystem): string {
  switch (system.type) {
    case 'majority':
      return `voters ${system.voters.join(' ')}`
    case 'flexible': {
      const { voters, election, replication } = system
      return `voters ${voters.join(' ')} flexible election=${election} replication=${replication}`
    }
    case 'weighted':
      return `weights ${weightsText(system.weights)}`
    case 'hierarchical':
      return `groups ${system.groups.map(weightsText).join(' | ')}`
    case 'grid':
      return `grid ${system.rows.map((row) => row.join(' ')).join(' | ')}`
    case 'joint':
      return `joint ${systemText(system.old)} then ${systemText(system.next)}`
  }
}

function weightsText(weights: readonly VoterWeight[]): string {
  return weights.map(({ node, weight }) => `${node}=${weight}`).join(' ')
}
