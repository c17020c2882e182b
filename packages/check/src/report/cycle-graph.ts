import type { Markup } from './markup.ts'
import { markup, shortened } from './markup.ts'

/** A transaction of a cycle. */
export interface GraphNode {
  readonly name: string
  readonly lines: readonly string[]
}

/** Why a transaction came before the next. */
export interface GraphEdge {
  readonly kind: string
  readonly words: string
}

/** A cycle that is drawn from top to bottom, and back. */
export interface CycleGraph {
  readonly id: string
  readonly title: string
  readonly nodes: readonly GraphNode[]
  /** From each node to the next, and from the last to the first. */
  readonly edges: readonly GraphEdge[]
}

const boxLeft = 70
const boxWidth = 430
const width = 1000
const lineHeight = 17
const gap = 52
const mostLines = 9
const mostCharacters = 60

/** Boxes one below the other, an arrow from each to the next, and one from the last back to the first. */
export function cycleGraph({ id, title, nodes, edges }: CycleGraph): Markup {
  const heights = nodes.map(({ lines }) => (Math.min(lines.length, mostLines + 1) + 1) * lineHeight + 14)
  const tops: number[] = []
  let bottom = 8
  for (const height of heights) {
    tops.push(bottom)
    bottom += height + gap
  }
  const total = bottom - gap + 8
  const words = edges.map(({ kind, words }) => `${kind}: ${words}`).join('; ')
  return markup`<figure>
    <div class="plot" tabindex="0" role="group" aria-label="${title}, graph">
      <svg
        width="${width}"
        height="${total}"
        viewBox="0 0 ${width} ${total}"
        role="img"
        aria-labelledby="${id}-title ${id}-desc"
      >
        <title id="${id}-title">${title}</title>
        <desc id="${id}-desc">${words}</desc>
        ${nodes.map((node, at) => box(node, tops[at]!, heights[at]!))}
        ${edges.slice(0, -1).map((edge, at) => down(edge, tops[at]! + heights[at]!, tops[at + 1]!))}
        ${back(edges.at(-1)!, tops.at(-1)! + heights.at(-1)! / 2, tops[0]! + heights[0]! / 2)}
      </svg>
    </div>
  </figure> `
}

function box({ name, lines }: GraphNode, top: number, height: number): Markup {
  const more = lines.length - mostLines
  const shown = more > 1 ? [...lines.slice(0, mostLines), `… and ${more} more steps`] : lines
  return markup`<rect class="box" x="${boxLeft}" y="${top}" width="${boxWidth}" height="${height}" rx="6" />
    <text class="strong" x="${boxLeft + 12}" y="${top + 20}">${name}</text>
    ${shown.map(
      (line, at) =>
        markup`<text x="${boxLeft + 12}" y="${top + 20 + (at + 1) * lineHeight}">${shortened(line, mostCharacters)}</text> `,
    )}`
}

function down({ kind, words }: GraphEdge, from: number, to: number): Markup {
  const x = boxLeft + 60
  return markup`<path class="arrow" d="M${x} ${from} V${to - 8}" />
    <path class="head" d="M${x} ${to} l-5 -9 h10 z" />
    <text x="${x + 14}" y="${(from + to) / 2 + 4}"><tspan class="strong">${kind}</tspan> ${shortened(words, 110)}</text> `
}

/** The arrow that closes the circle: that it does is the contradiction. */
function back({ kind, words }: GraphEdge, from: number, to: number): Markup {
  const x = boxLeft - 40
  const end = boxLeft + boxWidth + 14
  return markup`<path class="arrow back" d="M${boxLeft} ${from} H${x} V${to} H${boxLeft - 9}" />
    <path class="head back" d="M${boxLeft} ${to} l-9 -5 v10 z" />
    <text x="${end}" y="${from - 4}"><tspan class="mark">✕ back to T0</tspan> <tspan class="strong">${kind}</tspan></text>
    <text x="${end}" y="${from + 14}">${shortened(words, 68)}</text> `
}
