import type { Operation } from '../history/operation.ts'
import { isPending } from '../history/operation.ts'
import { count } from '../history/words.ts'
import { describeOperation } from '../linearizability/explain.ts'
import type { PartialLinearizations } from '../linearizability/partial-linearizations.ts'
import { partialLinearizations } from '../linearizability/partial-linearizations.ts'
import type { Model } from '../models/model.ts'
import type { ChartItem, ChartOrder } from './intervals-chart.ts'
import { intervalsChart, orderRules } from './intervals-chart.ts'
import type { JudgedPartition } from './judged-partitions.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import { signOf, toneOf } from './page.ts'
import { chartAsTable } from './table.ts'
import { windowAround } from './window.ts'

/** Steps of the search for the orders that are shown. */
const viewSteps = 300_000

/** Points of all orders drawn in one view. */
const mostPoints = 6000

/** One part of a history, drawn, and the style rules that it needs. */
export interface PartitionView {
  readonly markup: Markup
  readonly rules: string
}

/** Draws one part of a history: what happened, how far it can be explained, and where that ends. */
export function partitionView<State, Input, Output>(
  model: Model<State, Input, Output>,
  partition: JudgedPartition<State, Input, Output>,
  id: string,
): PartitionView {
  return new View(model, partition, id).draw()
}

class View<State, Input, Output> {
  private readonly model: Model<State, Input, Output>
  private readonly partition: JudgedPartition<State, Input, Output>
  private readonly id: string
  private readonly found: PartialLinearizations<State, Input, Output>
  /** What contradicts, or has no place, in the order in which it is to be looked at. */
  private readonly broken: readonly Operation<Input, Output>[]
  /** The operations that are drawn, and of each its place among those of {@link found}. */
  private readonly shown: readonly Operation<Input, Output>[]
  private readonly numbers: ReadonlyMap<Operation<Input, Output>, number>
  private readonly orders: readonly number[]

  constructor(
    model: Model<State, Input, Output>,
    partition: JudgedPartition<State, Input, Output>,
    id: string,
  ) {
    this.model = model
    this.partition = partition
    this.id = id
    this.found = partialLinearizations(model, partition.operations, viewSteps)
    this.broken = this.findBroken()
    this.shown = windowAround(partition.operations, this.broken)
    this.numbers = new Map(this.found.operations.map((operation, number) => [operation, number]))
    this.orders = this.chooseOrders()
  }

  draw(): PartitionView {
    const { id } = this
    const { key, result } = this.partition
    const name = key === undefined ? 'The history' : `Key ${JSON.stringify(key)}`
    const [first] = this.broken
    const jump = first !== undefined && this.shown.indexOf(first)
    const view = markup`<section aria-labelledby="${id}-title">
      <h2 id="${id}-title">
        ${name}: <span class="${toneOf(result.verdict)}">${signOf(result.verdict)} ${result.verdict}</span>
      </h2>
      <p class="note">${this.extent()}</p>
      ${typeof jump === 'number' && markup`<p><a href="#${id}-op-${String(jump)}">Jump to where it breaks</a></p>`}
      <p><a href="#${id}-table">Skip the chart: the same as a table</a></p>
      <figure>
        ${intervalsChart({ id, title: `${name}, chart`, items: this.items(), orders: this.chartOrders(), who: 'client' })}
        <figcaption>${this.caption()}</figcaption>
      </figure>
      ${this.table()}
    </section>`
    return { markup: view, rules: orderRules(id, this.orders.length) }
  }

  private findBroken(): readonly Operation<Input, Output>[] {
    const { contradiction, longest, verdict } = this.partition.result
    if (contradiction !== undefined) return contradiction.argument.filter((part) => typeof part !== 'string')
    if (longest?.blocked !== undefined) return [longest.blocked]
    const { blocked } = this.found.outcome
    return verdict !== 'linearizable' && blocked !== undefined ? [blocked] : []
  }

  /** The longest orders, as many as can be drawn. */
  private chooseOrders(): readonly number[] {
    const orders: number[] = []
    let points = 0
    for (const [number, order] of this.found.orders.entries()) {
      points += Math.min(order.length, this.shown.length)
      if (points > mostPoints && orders.length > 0) break
      orders.push(number)
    }
    return orders
  }

  /** Which of the drawn orders belongs to an operation, by its place among them; the next best that it is in. */
  private orderOf(operation: Operation<Input, Output>): number | undefined {
    const number = this.numbers.get(operation)
    if (number === undefined) return undefined
    const own = this.found.orderOf[number]
    if (own === undefined) return undefined
    const place = this.orders.indexOf(own)
    if (place >= 0) return place
    const other = this.orders.findIndex((order) => this.found.orders[order]!.includes(number))
    return other < 0 ? undefined : other
  }

  private chartOrders(): readonly ChartOrder[] {
    const drawn = new Map(this.shown.map((operation, at) => [operation, at]))
    return this.orders.map((order) => {
      const items: number[] = []
      const places: number[] = []
      for (const [place, number] of this.found.orders[order]!.entries()) {
        const item = drawn.get(this.found.operations[number]!)
        if (item === undefined) continue
        items.push(item)
        places.push(place + 1)
      }
      return { items, places }
    })
  }

  private items(): readonly ChartItem[] {
    return this.shown.map((operation) => {
      const at = this.broken.indexOf(operation)
      const mark = at < 0 ? undefined : this.broken.length === 1 ? '✕ breaks here' : `✕ ${at + 1}`
      return {
        client: operation.client,
        call: operation.call,
        return: operation.return,
        label: this.label(operation),
        words: `${describeOperation(this.model, operation)}. ${this.placeInWords(operation)}`,
        mark,
        order: this.orderOf(operation),
      }
    })
  }

  private label({ input, output }: Operation<Input, Output>): string {
    return this.model.describe?.(input, output) ?? JSON.stringify(input)
  }

  private placeInWords(operation: Operation<Input, Output>): string {
    const number = this.numbers.get(operation)
    if (number === undefined) return 'It fits anywhere and changes nothing.'
    const order = this.found.orderOf[number]
    if (order === undefined) return 'It has a place in no order that was found.'
    const numbers = this.found.orders[order]!
    const place = numbers.indexOf(number) + 1
    return `Place ${place} in the longest order found that it has a place in, of ${numbers.length} operations.`
  }

  private extent(): string {
    const { operations, result } = this.partition
    const left = operations.length - this.shown.length
    const window =
      left > 0 ? `; ${count(this.shown.length, 'operation')} around the break drawn, ${left} left out` : ''
    const limit = result.limit === undefined ? '' : `; the search ran out of ${result.limit}`
    return `${count(operations.length, 'operation')}${window}${limit}.`
  }

  private caption(): string {
    const longest = this.found.orders[0]?.length ?? 0
    const all = this.found.operations.filter((operation) => !isPending(operation)).length
    const undrawn = this.found.orders.length - this.orders.length
    return `Columns are moments in order: distances mean nothing. The numbered line is the longest order found, of ${count(
      longest,
      'operation',
    )}; ${all} answered and need a place.${
      this.partition.result.verdict === 'linearizable'
        ? ''
        : ' Hover, click or focus an operation to see the longest order that it has a place in.'
    }${undrawn > 0 ? ` ${count(undrawn, 'more order')} not drawn.` : ''} A bar with a dashed edge never answered.`
  }

  private table(): Markup {
    const rows = this.shown.map((operation) => {
      const at = this.broken.indexOf(operation)
      const note = at < 0 ? '' : this.broken.length === 1 ? 'it breaks here' : `contradiction, part ${at + 1}`
      const end = isPending(operation) ? 'never' : String(operation.return)
      return markup`<tr${at >= 0 && markup` class="broken"`}><td>${String(operation.client)}</td><td>${this.label(operation)}</td>
<td class="number">${String(operation.call)}</td><td class="number">${end}</td><td>${this.placeInWords(operation)}</td><td>${note}</td></tr>
`
    })
    const columns = ['client', 'operation', 'called', 'returned', 'place', 'note']
    return chartAsTable(columns, rows, `${this.id}-table`)
  }
}
