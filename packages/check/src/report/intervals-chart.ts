import type { Markup } from './markup.ts'
import { markup, shortened } from './markup.ts'
import type { Interval, Timeline } from './timeline.ts'
import { placesInTime, timelineOf } from './timeline.ts'

/** One operation in a chart. */
export interface ChartItem extends Interval {
  /** What stands in its bar. */
  readonly label: string
  /** All that is to be said of it, for those who hover, focus or listen. */
  readonly words: string
  /** A sign above it, when it takes part in what is wrong. */
  readonly mark?: string | undefined
  /** Which of the chart's orders is shown for it; none when it is in none. */
  readonly order?: number | undefined
}

/** An order of items that is drawn as numbered points on a line. */
export interface ChartOrder {
  /** The items in order. */
  readonly items: readonly number[]
  /** The number of each, in an order of which some items may not be drawn. */
  readonly places: readonly number[]
}

/** A chart of operations over time. */
export interface IntervalsChart {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  readonly items: readonly ChartItem[]
  /** The first is shown when nothing is hovered or focused. */
  readonly orders: readonly ChartOrder[]
  /** What a lane's client is called: `client`, `session`. */
  readonly who: string
}

const columnWidth = 34
const laneHeight = 52
const barHeight = 20
const left = 110
const top = 26

/** A lane for each client, a bar for each operation, and orders of them as numbered points on a line. */
export function intervalsChart({ id, title, items, orders, who }: IntervalsChart): Markup {
  const timeline = timelineOf(items)
  const width = left + (timeline.columns + 2) * columnWidth
  const height = top + timeline.lanes.length * laneHeight + 8
  const rooms = labelRooms(timeline)
  return markup`<div class="plot" id="${id}" role="group" aria-label="${title}">
    <svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
      ${timeline.lanes.map((client, lane) => laneLine(lane, who, client, width))}
      ${items.map((item, number) => bar(item, number, timeline, rooms[number]!, id))}
      ${orders.map((order, number) => orderLine(order, number, timeline, id))}
    </svg>
  </div> `
}

/** Hides all orders but that of the item which is hovered or, if none is, focused. */
export function orderRules(id: string, orders: number): string {
  const rules = [`#${id}:has(.op:hover, .op:focus) .order { display: none; }`]
  for (let number = 0; number < orders; number++) {
    const one = `[data-order="${number}"]`
    const focused = `#${id}:not(:has(.op:hover)):has(${one}:focus) #${id}-order-${number}`
    rules.push(`#${id}:has(${one}:hover) #${id}-order-${number}, ${focused} { display: inline; }`)
  }
  return rules.join('\n')
}

function x(column: number): number {
  return left + (column + 0.5) * columnWidth
}

function y(lane: number): number {
  return top + lane * laneHeight
}

function laneLine(lane: number, who: string, client: number | string, width: number): Markup {
  const middle = y(lane) + barHeight / 2
  return markup`<line class="lane" x1="${left}" y1="${middle}" x2="${width}" y2="${middle}" />
    <text class="soft" x="8" y="${middle + 4}">${shortened(`${who} ${client}`, 14)}</text> `
}

function bar(item: ChartItem, number: number, timeline: Timeline, room: number, id: string): Markup {
  const { label, words, mark, order } = item
  const start = x(timeline.from[number]!)
  const end = x(timeline.to[number]!)
  const above = y(timeline.lane[number]!)
  const isPending = item.return === Infinity
  const classes = `op${mark === undefined ? '' : ' broken'}`
  return markup`<g
    class="${classes}"
    id="${id}-op-${String(number)}"
    tabindex="0"
    role="img"
    aria-label="${words}"
    ${order !== undefined && markup` data-order="${String(order)}"`}
  >
    <title>${words}</title>
    <rect
      class="bar${isPending ? ' pending' : ''}"
      x="${start}"
      y="${above}"
      width="${Math.max(10, end - start)}"
      height="${barHeight}"
      rx="4"
    />
    <text x="${start + 5}" y="${above + 14.5}">${shortened(label, Math.floor((room - 8) / 7.2))}</text>
    ${isPending && markup`<text class="soft" x="${end - 14}" y="${above + 14.5}">…</text>`}${
      mark !== undefined && markup`<text class="mark" x="${start}" y="${above - 4}">${mark}</text>`
    }</g> `
}

/** A label may run on until the next bar in its lane. */
function labelRooms({ from, lane, columns, lanes }: Timeline): readonly number[] {
  const next = lanes.map(() => columns + 1)
  const rooms: number[] = []
  for (const number of [...from.keys()].sort((a, b) => from[b]! - from[a]!)) {
    rooms[number] = (next[lane[number]!]! - from[number]!) * columnWidth
    next[lane[number]!] = from[number]!
  }
  return rooms
}

function orderLine({ items, places }: ChartOrder, number: number, timeline: Timeline, id: string): Markup {
  const points = placesInTime(timeline, items).map((place, at) => {
    return { x: x(place), y: y(timeline.lane[items[at]!]!) + barHeight }
  })
  const path = points.map((point) => markup`${point.x},${point.y} `)
  const shown = points.map(
    (point, at) =>
      markup`<circle class="point" cx="${point.x}" cy="${point.y}" r="3.5" />
        <text class="place" text-anchor="middle" x="${point.x}" y="${point.y + 14}">${String(places[at]!)}</text> `,
  )
  return markup`<g
    class="order${number === 0 ? ' first' : ''}"
    id="${id}-order-${String(number)}"
    aria-hidden="true"
  >
    <polyline class="path" points="${path}" />
    ${shown}</g> `
}
