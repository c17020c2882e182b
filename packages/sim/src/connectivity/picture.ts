import type { Message, NodeId } from '@quorate/core'
import type { EngineCluster } from '../engine-cluster/engine-cluster.ts'

/** Who is who when links fail. */
export interface Roles {
  readonly leader: NodeId
  /** The one whom the picture is about: never the leader. */
  readonly hub: NodeId
  /** All others, in the order of their ids. */
  readonly others: readonly NodeId[]
}

type Links = EngineCluster<Message>

/** A way in which some links fail and others do not. */
export interface Picture {
  readonly name: string
  readonly replicas: number
  /** Is the hub cut off before that, while commands are committed that it therefore lacks? */
  readonly hubLags: boolean
  /** Breaks the links. They stay broken. */
  readonly draw: (links: Links, roles: Roles) => void
}

function cutEachOther(links: Links, nodes: readonly NodeId[]): void {
  for (const a of nodes) for (const b of nodes) if (a < b) links.cut(a, b)
}

function deafen(links: Links, node: NodeId): void {
  for (const peer of links.nodes.keys()) if (peer !== node) links.block(peer, node)
}

/** The first three as in OmniPaxos (Ng et al., EuroSys 2023), the fourth as TigerBeetle tells it, the fifth its mirror. */
export const pictures: readonly Picture[] = [
  {
    name: 'quorum loss',
    replicas: 5,
    hubLags: false,
    draw: (links, { leader, others }) => cutEachOther(links, [leader, ...others]),
  },
  {
    name: 'constrained election',
    replicas: 5,
    hubLags: true,
    draw(links, { leader, hub, others }) {
      links.isolate(leader)
      cutEachOther(links, others)
      for (const other of others) links.heal(hub, other)
    },
  },
  {
    name: 'chain',
    replicas: 3,
    hubLags: false,
    draw: (links, { leader, others }) => cutEachOther(links, [leader, ...others]),
  },
  {
    name: 'deaf follower',
    replicas: 3,
    hubLags: false,
    draw: (links, { hub }) => deafen(links, hub),
  },
  {
    name: 'deaf leader',
    replicas: 3,
    hubLags: false,
    draw: (links, { leader }) => deafen(links, leader),
  },
]
