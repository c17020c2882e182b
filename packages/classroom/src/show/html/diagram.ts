import type { NodeId } from '@quorate/core'
import type { NodeStand } from '@quorate/scenario'
import type { Happening } from '../../play/happening.ts'
import { nodesText, sentence } from '../../play/words.ts'
import { wrapText } from '../text/wrap.ts'
import { type Markup, markup } from './markup.ts'

/** What is done, and what comes of it. */
export interface DiagramStep {
  readonly act: string
  readonly happenings: readonly Happening[]
}

const width = 800
const margin = 90
const top = 34
const row = 24
/** Letters of a label; more are cut off, and are in the words below the picture. */
const longest = 40
/** Letters of a line across all lanes. */
const widest = 100
const lineHeight = 18
/** How wide a letter is at most, on average. */
const letter = 7.5

/** Arrows' heads: put once on a page that has diagrams. */
export const arrowHeads: Markup = markup`<svg class="defs" aria-hidden="true" width="0" height="0"><defs>
<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0,0 L10,5 L0,10 Z" class="head"/></marker>
</defs></svg>
`

/** Messages between lanes, one for each node, time downward. What it shows is in its description too. */
export function diagram(id: string, steps: readonly DiagramStep[], stands: readonly NodeStand[]): Markup {
  const nodes = stands.map(({ node }) => node)
  const drawing = new Drawing(
    nodes,
    new Set(stands.filter(({ isRunning }) => !isRunning).map(({ node }) => node)),
  )
  const parts: Markup[] = []
  for (const { act, happenings } of steps) {
    parts.push(...drawing.caption(act))
    for (const happening of happenings) parts.push(drawing.happening(happening))
  }
  const words = steps.flatMap(({ act, happenings }) => [
    act,
    ...happenings.map(({ text }) => `${sentence(text)}.`),
  ])
  const height = drawing.y + 12
  return markup`<figure class="diagram"><svg role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}">
<title id="${id}-title">Messages between ${nodesText(nodes)}</title>
<desc id="${id}-desc">${words.join(' ')}</desc>
${drawing.lanes(height)}${parts}</svg>
<details class="words"><summary>The same in words</summary><ol>
${words.map((line) => markup`<li>${line}</li>\n`)}</ol></details></figure>
`
}

class Drawing {
  y = top
  private readonly nodes: readonly NodeId[]
  private readonly down: Map<NodeId, number>
  private readonly gaps: { readonly node: NodeId; readonly from: number; readonly to: number }[] = []

  constructor(nodes: readonly NodeId[], down: ReadonlySet<NodeId>) {
    this.nodes = nodes
    this.down = new Map([...down].map((node) => [node, top - 8]))
  }

  caption(act: string): readonly Markup[] {
    return this.lines(act, 'act')
  }

  private lines(text: string, look: string): readonly Markup[] {
    return wrapText(text, widest).map((line, i) => {
      this.y += i === 0 ? row : lineHeight
      return markup`<text x="8" y="${this.y}" class="${look}">${line}</text>\n`
    })
  }

  happening(happening: Happening): Markup {
    this.y += row
    const { type, node, to } = happening
    if (type === 'crash') this.down.set(node, this.y)
    if (type === 'start') this.up(node)
    if (to !== undefined) return this.message(happening, to)
    const x = this.nodes.includes(node) ? this.x(node) : margin
    const words = cut(happening.label)
    const isLeft = x + 9 + words.length * letter > width
    const label = markup`<text x="${isLeft ? x - 9 : x + 9}" y="${this.y + 4}" text-anchor="${isLeft ? 'end' : 'start'}" class="${type}">${words}</text>`
    if (type === 'crash' || type === 'broken') {
      const cross = markup`<path d="M${x - 6},${this.y - 6} L${x + 6},${this.y + 6} M${x + 6},${this.y - 6} L${x - 6},${this.y + 6}" class="cross"/>${label}\n`
      // What is broken is too long to stand beside the place where it shows.
      return type === 'crash' ? cross : markup`${cross}${this.lines(sentence(happening.text), 'broken')}`
    }
    return markup`<circle cx="${x}" cy="${this.y}" r="4" class="dot"/>${label}\n`
  }

  /** Drawn at the end, when it is known who was down when. */
  lanes(height: number): Markup[] {
    for (const node of this.down.keys()) this.up(node, height)
    return this.nodes.map((node) => {
      const x = this.x(node)
      const gaps = this.gaps
        .filter((gap) => gap.node === node)
        .map(({ from, to }) => markup`<line x1="${x}" y1="${from}" x2="${x}" y2="${to}" class="gap"/>`)
      return markup`<text x="${x}" y="18" text-anchor="middle" class="node">node ${String(node)}</text><line x1="${x}" y1="${top - 8}" x2="${x}" y2="${height}" class="lane"/>${gaps}\n`
    })
  }

  private up(node: NodeId, y: number = this.y): void {
    const from = this.down.get(node)
    if (from !== undefined) this.gaps.push({ node, from, to: y })
    this.down.delete(node)
  }

  private message({ type, node, label }: Happening, to: NodeId): Markup {
    const [from, end] = [this.x(node), this.x(to)]
    const stop = type === 'arrives' ? end : end - Math.sign(end - from) * this.gap * 0.4
    const y = this.y
    const lost =
      type === 'lost' &&
      markup`<path d="M${stop - 5},${y - 5} L${stop + 5},${y + 5} M${stop + 5},${y - 5} L${stop - 5},${y + 5}" class="cross"/>`
    const words =
      type === 'lost' ? `${cut(label)}, lost` : type === 'sent' ? `${cut(label)}, on its way` : cut(label)
    const [x, anchor] =
      type === 'arrives' ? [(from + end) / 2, 'middle'] : end > from ? [from + 8, 'start'] : [from - 8, 'end']
    return markup`<line x1="${from}" y1="${y}" x2="${stop}" y2="${y}" class="arrow ${type}"${type !== 'lost' && markup` marker-end="url(#head)"`}/>${lost}<text x="${x}" y="${y - 4}" text-anchor="${anchor}" class="label">${words}</text>\n`
  }

  private x(node: NodeId): number {
    const i = this.nodes.indexOf(node)
    return this.nodes.length === 1 ? width / 2 : margin + i * this.gap
  }

  /** Between two lanes. */
  private get gap(): number {
    return (width - 2 * margin) / Math.max(1, this.nodes.length - 1)
  }
}

function cut(label: string): string {
  return label.length <= longest ? label : `${label.slice(0, longest - 1)}…`
}
