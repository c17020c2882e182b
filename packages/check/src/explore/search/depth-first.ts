import { assert } from '@quorate/core'
import type { ModelReport, Path, SearchProgress } from '../model/model-report.ts'
import type { StateModel } from '../model/state-model.ts'
import { DepthList } from '../store/depth-list.ts'
import { VisitedSet } from '../store/visited-set.ts'
import { Books } from './books.ts'
import type { Search } from './search.ts'
import type { SearchOptions } from './search-options.ts'

/** One state of the path that the search is on. */
interface Frame<State, Action> {
  readonly state: State
  readonly actions: readonly Action[]
  /** The next action to try. */
  next: number
  isEnd: boolean
  readonly owed: number
}

/**
 * Depth-first search. It keeps the path that it is on and the fingerprints of the states visited; under a bound on the
 * depth also how deep each was, in a byte, because a state that is met again with more steps left must be expanded
 * again, or states within the bound would be missed.
 */
export class DepthFirst<State, Action> implements Search<State, Action> {
  private readonly books: Books<State, Action>
  private readonly model: StateModel<State, Action>
  private readonly visited = new VisitedSet()
  private readonly depths = new DepthList()
  private readonly path: Frame<State, Action>[] = []
  private readonly initial: State[]
  private expanded = 0
  private deepest = 0
  private cut = false

  constructor(model: StateModel<State, Action>, options: SearchOptions) {
    this.model = model
    this.books = new Books(model, options)
    this.initial = [...model.initialStates()].reverse()
  }

  advance(states: number): boolean {
    const { books } = this
    const end = this.expanded + states
    while (this.expanded < end && books.end === 'under way') {
      const top = this.path.at(-1)
      if (top === undefined) this.begin()
      else if (top.next < top.actions.length) this.follow(top, top.actions[top.next++]!)
      else this.leave(top)
    }
    return books.end === 'under way'
  }

  progress(): SearchProgress {
    const { end, options } = this.books
    const isWhole = end === 'exhausted'
    return {
      distinct: this.visited.size,
      generated: this.books.generated,
      depth: this.deepest,
      covered: isWhole ? this.deepest : end === 'depth' ? options.depth! : 0,
      waiting: this.path.length,
      bytes: this.stateBytes,
    }
  }

  report(): ModelReport<State, Action> {
    return this.books.report(this.progress(), this.stateBytes, 0)
  }

  private get stateBytes(): number {
    return this.visited.bytes + this.depths.bytes
  }

  /** Starts from the next initial state, or ends. */
  private begin(): void {
    const state = this.initial.pop()
    if (state !== undefined) this.enter(state, this.books.allOwed)
    else this.books.end = this.cut ? 'depth' : 'exhausted'
  }

  private follow(from: Frame<State, Action>, action: Action): void {
    const next = this.model.next(from.state, action)
    if (next === undefined || this.model.isWithin?.(next) === false) return
    from.isEnd = false
    this.enter(next, from.owed)
  }

  private leave(top: Frame<State, Action>): void {
    this.path.pop()
    if (!top.isEnd || top.owed === 0) return
    this.books.judgeEnd(top.owed, () => this.pathTo(top.state))
  }

  /** Comes to a state at the end of the present path. */
  private enter(state: State, owedBefore: number): void {
    const { books, visited } = this
    books.generated += 1
    const owed = owedBefore === 0 ? 0 : books.stillOwed(state, owedBefore)
    const { high, low } = books.identify(state, owed)
    const depth = this.path.length
    const number = visited.add(high, low)
    if (number < 0 && !this.isNearer(-1 - number, depth)) return
    if (number >= 0) {
      if (depth > this.deepest) this.deepest = depth
      if (!books.judge(state, () => this.pathTo(state))) return
    }
    this.expand(state, owed, depth, number)
  }

  private expand(state: State, owed: number, depth: number, number: number): void {
    const { books } = this
    const { depth: bound, maxStates, maxMemory, onProgress, progressEvery = 10_000 } = books.options
    if (bound !== undefined) this.depths.set(number < 0 ? -1 - number : number, depth)
    if (maxStates !== undefined && this.visited.size >= maxStates) books.end = 'maxStates'
    else if (maxMemory !== undefined && this.stateBytes >= maxMemory) books.end = 'maxMemory'
    const actions = this.model.actions(state)
    if (bound !== undefined && depth >= bound) {
      this.cut ||= actions.length > 0
      return
    }
    this.path.push({ state, actions, next: 0, isEnd: true, owed })
    this.expanded += 1
    if (this.expanded % progressEvery === 0) onProgress?.(this.progress())
  }

  /** Has a state been met again with more steps left than before? */
  private isNearer(number: number, depth: number): boolean {
    return this.books.options.depth !== undefined && depth < this.depths.get(number)
  }

  /** The present path, and `state` at its end. */
  private pathTo(state: State): Path<State, Action> {
    const frames = this.path
    const steps = frames.map((frame, i) => {
      const action = frame.actions[frame.next - 1]
      assert(action !== undefined, 'a path that goes on has taken an action')
      return { action, state: frames[i + 1]?.state ?? state }
    })
    return { initial: frames[0]?.state ?? state, steps }
  }
}
