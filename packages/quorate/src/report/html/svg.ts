import { markup, type Content, type Markup } from './markup.ts'

/** How a shape or a text looks. */
export interface Look {
  /** Class of the style sheet. */
  readonly look?: string
  /** CSS colour; default: what the class or the group around it says. */
  readonly color?: string
  /** CSS colour of its outline; default: as above. */
  readonly outline?: string
}

/** What a text is like besides. */
export interface TextLook extends Look {
  /** Which end of it stands at the given place. Default: its start. */
  readonly anchor?: 'start' | 'middle' | 'end'
}

function attributes({ look, color, outline }: Look): Content {
  const fill = color === undefined ? '' : `fill: ${color};`
  const stroke = outline === undefined ? '' : `stroke: ${outline};`
  const style = fill + stroke
  return [look !== undefined && markup` class="${look}"`, style !== '' && markup` style="${style}"`]
}

export function text(x: number, y: number, content: Content, look: TextLook = {}): Markup {
  const { anchor = 'start' } = look
  return markup`<text x="${x}" y="${y}" text-anchor="${anchor}"${attributes(look)}>${content}</text>
`
}

export function line(from: readonly [number, number], to: readonly [number, number], look: string): Markup {
  return markup`<line x1="${from[0]}" y1="${from[1]}" x2="${to[0]}" y2="${to[1]}" class="${look}"/>
`
}

export function rectangle(x: number, y: number, width: number, height: number, look: Look = {}): Markup {
  const [w, h] = [Math.max(0, width), Math.max(0, height)]
  return markup`<rect x="${x}" y="${y}" width="${w}" height="${h}"${attributes(look)}/>
`
}

export function circle(x: number, y: number, radius: number, look: Look = {}): Markup {
  return markup`<circle cx="${x}" cy="${y}" r="${radius}"${attributes(look)}/>
`
}

/** Points up; `x` and `y` are its middle. */
export function triangle(x: number, y: number, look: Look = {}): Markup {
  return markup`<path d="M${x - 7},${y + 6} L${x + 7},${y + 6} L${x},${y - 7} Z"${attributes(look)}/>
`
}

/** A line through many points, in the colour of an engine. */
export function curve(points: readonly (readonly [number, number])[], color: string): Markup {
  const places = points.map(([x, y]) => markup`${x},${y} `)
  return markup`<polyline points="${places}" class="line" style="stroke: ${color}"/>
`
}
