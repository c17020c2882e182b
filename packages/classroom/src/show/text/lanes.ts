import type { NodeId } from '@quorate/core'
import type { NodeStand } from '@quorate/scenario'
import type { Happening } from '../../play/happening.ts'
import { sentence } from '../../play/words.ts'
import { wrapText } from './wrap.ts'

/** What leaves too little room for words beside the lanes. */
const leastWords = 30

/**
 * What happened, a line each: lanes to the left, one for each node, time downward, and beside them the same in words, so that nothing
 * is said by a place alone. Without room for lanes, the words alone.
 */
export function laneLines(
  happenings: readonly Happening[],
  stands: readonly NodeStand[],
  {
    width,
    hasLanes,
    isTimed,
  }: { readonly width: number; readonly hasLanes: boolean; readonly isTimed: boolean },
): string[] {
  if (happenings.length === 0) return []
  const lanes = new Lanes(stands)
  const isDrawn = hasLanes && width - lanes.width >= leastWords
  const room = isDrawn ? width - lanes.width - 1 : width - 2
  const lines: string[] = isDrawn ? [lanes.head.trimEnd()] : []
  let time = isTimed ? -1 : Infinity
  const add = (drawing: string, text: string): void => {
    for (const [i, words] of wrapText(text, room).entries()) {
      if (isDrawn) lines.push(`${i === 0 ? drawing : lanes.bars} ${words}`.trimEnd())
      else lines.push(`${i === 0 ? '- ' : '  '}${words}`)
    }
  }
  const addTime = (at: string): void => {
    if (isDrawn) add(lanes.bars, at)
    else lines.push(at)
  }
  for (const happening of happenings) {
    if (isTimed && happening.time !== time) addTime(`At ${Math.round(happening.time)} ms:`)
    if (isTimed) ({ time } = happening)
    lanes.happened(happening)
    add(lanes.drawing(happening), `${sentence(happening.text)}.`)
  }
  return lines
}

/** One column a node: a bar while it runs. */
class Lanes {
  readonly width: number
  private readonly step: number
  private readonly nodes: readonly NodeId[]
  private readonly down: Set<NodeId>

  constructor(stands: readonly NodeStand[]) {
    this.nodes = stands.map(({ node }) => node)
    this.step = this.nodes.length <= 3 ? 9 : this.nodes.length <= 5 ? 6 : 4
    this.width = this.step * (this.nodes.length - 1) + 6
    this.down = new Set(stands.filter(({ isRunning }) => !isRunning).map(({ node }) => node))
  }

  get head(): string {
    const cells = this.blank()
    for (const [i, node] of this.nodes.entries()) this.put(cells, i, String(node))
    return cells.join('')
  }

  get bars(): string {
    return this.cells().join('')
  }

  happened({ type, node }: Happening): void {
    if (type === 'crash') this.down.add(node)
    else if (type === 'start') this.down.delete(node)
  }

  drawing(happening: Happening): string {
    const cells = this.cells()
    const from = this.nodes.indexOf(happening.node)
    if (from >= 0) {
      if (happening.to === undefined) this.put(cells, from, marks[happening.type] ?? '*')
      else this.arrow(cells, from, this.nodes.indexOf(happening.to), happening.type)
    }
    return cells.join('')
  }

  private arrow(cells: string[], from: number, to: number, type: Happening['type']): void {
    const [start, end] = [this.place(from), this.place(to)]
    const [low, high] = [Math.min(start, end), Math.max(start, end)]
    const stop = type === 'arrives' ? end : this.before(start, end)
    for (let x = Math.min(start, stop); x <= Math.max(start, stop); x++) {
      if (x > low && x < high) cells[x] = type === 'sent' ? '.' : '-'
    }
    cells[start] = 'o'
    if (type === 'lost') cells[stop] = 'x'
    else cells[stop] = end > start ? '>' : '<'
  }

  /** Where a message is that has not arrived: before its receiver's lane, and at nobody else's. */
  private before(start: number, end: number): number {
    return end - Math.sign(end - start) * Math.floor(this.step / 2)
  }

  private cells(): string[] {
    const cells = this.blank()
    for (const [i, node] of this.nodes.entries()) if (!this.down.has(node)) this.put(cells, i, '|')
    return cells
  }

  private blank(): string[] {
    return Array.from({ length: this.width }, () => ' ')
  }

  private put(cells: string[], i: number, mark: string): void {
    for (let j = 0; j < mark.length; j++) cells[this.place(i) + j] = mark[j]!
  }

  private place(i: number): number {
    return 2 + i * this.step
  }
}

const marks: Partial<Record<Happening['type'], string>> = { crash: 'X', start: '^', change: '#', broken: '!' }
