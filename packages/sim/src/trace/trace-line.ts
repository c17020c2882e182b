import type { NodeId } from '@quorate/core'

const timeWidth = 12

/** How far each node's column is from the one before it. */
const columnStep = 16

/** A line of the trace: the time in milliseconds, and the text in the node's column. Node 0 is everybody. */
export function formatLine(time: number, node: NodeId, nodes: number, text: string): string {
  const milliseconds = (time / 1000).toFixed(3).padStart(timeWidth)
  if (node === 0)
    return `${milliseconds}  ── ${text} ${'─'.repeat(Math.max(0, nodes * columnStep - text.length))}`
  return `${milliseconds}  ${' '.repeat((node - 1) * columnStep)}${node}│ ${text}`
}
