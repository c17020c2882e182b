import type { NodeId } from '@quorate/core'
import type { CrashAction, CrashKind, FaultTarget } from './fault-action.ts'

/** A crash that waits for its moment. */
export interface ArmedCrash {
  readonly kind: CrashKind
  readonly downtime: number
}

/** Crashes that wait for a sync or an election. */
export class ArmedCrashes {
  private readonly atSync = new Map<NodeId, ArmedCrash>()
  private readonly atElection: (ArmedCrash & { readonly target: FaultTarget })[] = []

  /** `node`: who is meant now, if it is anybody. */
  arm({ kind, target, moment, downtime }: CrashAction, node: NodeId | undefined): void {
    if (moment === 'elected') this.atElection.push({ kind, downtime, target })
    else if (node !== undefined) this.atSync.set(node, { kind, downtime })
  }

  /** The crash that waits for a sync of that replica. */
  takeAtSync(node: NodeId): ArmedCrash | undefined {
    const armed = this.atSync.get(node)
    this.atSync.delete(node)
    return armed
  }

  /** The crash that waits for an election; `elected` is the one who was. */
  takeAtElection(elected: NodeId): { readonly victim: NodeId; readonly crash: ArmedCrash } | undefined {
    const crash = this.atElection.shift()
    if (crash === undefined) return undefined
    return { crash, victim: crash.target === 'leader' ? elected : crash.target }
  }

  clear(): void {
    this.atSync.clear()
    this.atElection.length = 0
  }
}
