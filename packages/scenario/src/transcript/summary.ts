import type { NodeId } from '@quorate/core'
import type { RunEvent } from '../run/run-event.ts'

interface NodeSummary {
  isRunning: boolean
  role: string
  epoch: number
  commit: number
}

/** How the nodes stand, in one line; followed along the events. */
export class ClusterSummary {
  private readonly nodes: Map<NodeId, NodeSummary>

  constructor(nodes: readonly NodeId[]) {
    this.nodes = new Map(nodes.map((node) => [node, { isRunning: false, role: '', epoch: 0, commit: 0 }]))
  }

  take(events: readonly RunEvent[]): void {
    for (const event of events) {
      const node = this.nodes.get(event.node)
      if (node === undefined) continue
      if (event.type === 'started') Object.assign(node, { isRunning: true, role: '', epoch: 0, commit: 0 })
      else if (event.type === 'crashed') node.isRunning = false
      else if (event.type === 'committed') node.commit = event.index
      else if (event.type === 'role') {
        node.role = event.role
        node.epoch = event.epoch
      }
    }
  }

  /** `= 1 leader, epoch 2, commit 5 | 2 down`. */
  get line(): string {
    const texts = [...this.nodes].map(([id, { isRunning, role, epoch, commit }]) =>
      isRunning ? `${id} ${role}, epoch ${epoch}, commit ${commit}` : `${id} down`,
    )
    return `  = ${texts.join(' | ')}`
  }
}
