import type { NodeStand } from '@quorate/scenario'
import type { Shown } from '../../play/shown.ts'
import { entryWhat } from '../../play/entry-text.ts'
import { entryMarks, isKnownCommitted, opinionText } from '../../play/stand-text.ts'
import { commandsText } from '../../play/words.ts'
import { type Markup, markup } from './markup.ts'

/** More columns than these are left out, the oldest first. */
const mostColumns = 8

/** How the nodes stand: one row a node, one column an index of the log. */
export function standTable(stands: readonly NodeStand[], engine: string, shown: Shown): Markup {
  const indexes = shown.logs ? indexesOf(stands) : []
  const head = indexes.map((index) => markup`<th scope="col">${String(index)}</th>`)
  const rows = stands.map((stand) => {
    const cells = indexes.map((index) => cellOf(stand, index, engine, shown))
    const applied = stand.opinion === undefined ? '' : commandsText(stand.opinion.applied)
    return markup`<tr><th scope="row">node ${String(stand.node)}</th><td>${opinionText(stand, engine, shown)}</td>${cells}<td>${applied}</td></tr>\n`
  })
  const caption = shown.logs ? 'The nodes and their logs then' : 'The nodes then'
  return markup`<div class="scroll"><table class="logs"><caption>${caption}</caption>
<thead><tr><th scope="col">node</th><th scope="col">it is</th>${head}<th scope="col">has applied</th></tr></thead>
<tbody>${rows}</tbody></table></div>
`
}

function indexesOf(stands: readonly NodeStand[]): readonly number[] {
  const all = new Set(stands.flatMap(({ log }) => log.map(({ index }) => index)))
  return [...all].toSorted((a, b) => a - b).slice(-mostColumns)
}

function cellOf(stand: NodeStand, index: number, engine: string, shown: Shown): Markup {
  const entry = stand.log.find((other) => other.index === index)
  if (entry === undefined) return markup`<td>${index <= stand.baseIndex ? 'in a snapshot' : ''}</td>`
  const marks = entryMarks(entry, stand, engine, shown)
  const look = isKnownCommitted(entry, stand, shown) ? 'committed' : 'open'
  return markup`<td class="${look}">${entryWhat(entry)}${marks.length > 0 && markup`<br><small>${marks.join(', ')}</small>`}</td>`
}
