import type { NodeId } from '@quorate/core'
import type { SimNetwork } from '../network/sim-network.ts'
import type { CutPath } from './cut-paths.ts'

/** A cut that is in force. */
export interface Cut {
  paths: readonly CutPath[]
}

/** The cuts in force just now. They may overlap: a path is healed when the last cut that holds it is. */
export class Cuts {
  private readonly network: SimNetwork
  private readonly cuts = new Set<Cut>()

  constructor(network: SimNetwork) {
    this.network = network
  }

  make(paths: readonly CutPath[], silent: boolean): Cut {
    for (const [from, to] of paths) this.network.cut(from, to, silent)
    const cut = { paths }
    this.cuts.add(cut)
    return cut
  }

  /** Takes a cut back; false if it was before. */
  heal(cut: Cut): boolean {
    if (!this.cuts.delete(cut)) return false
    for (const [from, to] of cut.paths) this.network.heal(from, to)
    return true
  }

  /** Takes back so much of every cut; the rest of each stays. */
  healWhere(isMeant: (from: NodeId, to: NodeId) => boolean): void {
    for (const cut of this.cuts) {
      const healed = cut.paths.filter(([from, to]) => isMeant(from, to))
      for (const [from, to] of healed) this.network.heal(from, to)
      cut.paths = cut.paths.filter((path) => !healed.includes(path))
    }
  }

  healAll(): void {
    for (const cut of this.cuts) this.heal(cut)
  }
}
