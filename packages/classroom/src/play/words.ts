import type { NodeId } from '@quorate/core'

/** `nodes 1, 2 and 3`; `node 1`; `all nodes`. */
export function nodesText(nodes: readonly NodeId[] | 'all'): string {
  if (nodes === 'all') return 'all nodes'
  return nodes.length === 1 ? `node ${nodes[0]}` : `nodes ${andList(nodes.map(String))}`
}

/** `a, b and c`. */
export function andList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** Commands, quoted; `nothing`. */
export function commandsText(texts: readonly string[]): string {
  return texts.length === 0 ? 'nothing' : texts.map((text) => JSON.stringify(text)).join(', ')
}

/** Before a role; who leads does so alone. */
export function article(role: string): string {
  if (role === 'leader') return ''
  return role === 'observer' ? 'an ' : 'a '
}

/** As the first word of a sentence. */
export function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`
}

/** `1 message`, `2 messages`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** What the engine's protocol calls the number of a leader's time. */
export function termWord(engine: string): string {
  if (engine === 'raft') return 'term'
  return engine === 'zab' ? 'epoch' : 'round'
}
