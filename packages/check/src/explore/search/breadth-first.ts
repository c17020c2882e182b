import { assert } from '@quorate/core'
import type { ModelReport, Path, SearchProgress } from '../model/model-report.ts'
import type { StateModel } from '../model/state-model.ts'
import { ParentList } from '../store/parent-list.ts'
import { createStateQueue, type StateQueue } from '../store/state-queue.ts'
import { VisitedSet } from '../store/visited-set.ts'
import { Books } from './books.ts'
import type { Search } from './search.ts'
import type { SearchOptions } from './search-options.ts'

/**
 * Breadth-first search. A visited state costs its fingerprint, its slots in the index and two bits that say where it was
 * reached from; the states themselves are kept only while they wait to be expanded. Paths are found again by walking
 * the model along the fingerprints.
 */
export class BreadthFirst<State, Action> implements Search<State, Action> {
  private readonly books: Books<State, Action>
  private readonly model: StateModel<State, Action>
  private readonly visited = new VisitedSet()
  private readonly parents = new ParentList()
  private readonly queue: StateQueue<State>
  /** States expanded, which is the number of the next one to be. */
  private expanded = 0
  /** Steps from an initial state to the one expanded next. */
  private level = 0
  /** The number of the first state that is a step further away. */
  private levelEnd: number
  private deepest = 0
  private peakWaitingBytes = 0

  constructor(model: StateModel<State, Action>, options: SearchOptions) {
    this.model = model
    this.books = new Books(model, options)
    this.queue = createStateQueue(model.packing)
    for (const state of model.initialStates()) if (!this.find(state, this.books.allOwed, 0)) break
    this.parents.endParent()
    this.levelEnd = this.visited.size
    this.checkBudgets()
  }

  advance(states: number): boolean {
    const { books, queue } = this
    const every = books.options.progressEvery ?? 10_000
    for (let i = 0; i < states && books.end === 'under way'; i++) {
      this.expand(queue.shift(), queue.mark)
      if (this.expanded % every === 0) books.options.onProgress?.(this.progress())
    }
    return books.end === 'under way'
  }

  progress(): SearchProgress {
    return {
      distinct: this.visited.size,
      generated: this.books.generated,
      depth: this.deepest,
      covered: this.level,
      waiting: this.queue.length,
      bytes: this.stateBytes + this.queue.bytes,
    }
  }

  report(): ModelReport<State, Action> {
    return this.books.report(this.progress(), this.stateBytes, this.peakWaitingBytes)
  }

  private get stateBytes(): number {
    return this.visited.bytes + this.parents.bytes
  }

  private expand(state: State, owed: number): void {
    const { model, books } = this
    let isEnd = true
    for (const action of model.actions(state)) {
      const next = model.next(state, action)
      if (next === undefined || model.isWithin?.(next) === false) continue
      isEnd = false
      if (!this.find(next, owed, this.level + 1)) return
    }
    const number = this.expanded++
    if (isEnd && owed !== 0 && !books.judgeEnd(owed, () => this.pathTo(number))) return
    this.parents.endParent()
    if (this.expanded === this.levelEnd) {
      this.level += 1
      this.levelEnd = this.visited.size
    }
    this.checkBudgets()
  }

  /** Notes a state that was generated. False: the search is over. */
  private find(state: State, owedBefore: number, depth: number): boolean {
    const { books, visited } = this
    books.generated += 1
    const owed = owedBefore === 0 ? 0 : books.stillOwed(state, owedBefore)
    const { high, low } = books.identify(state, owed)
    const number = visited.add(high, low)
    if (number < 0) return true
    this.parents.addChild()
    this.deepest = depth
    this.queue.push(state, owed)
    return books.judge(state, () => this.pathTo(number))
  }

  private checkBudgets(): void {
    const { books, queue } = this
    if (books.end !== 'under way') return
    const { depth, maxStates, maxMemory } = books.options
    if (queue.bytes > this.peakWaitingBytes) this.peakWaitingBytes = queue.bytes
    if (queue.length === 0) {
      books.end = 'exhausted'
      this.level = this.deepest
    } else if (depth !== undefined && this.level >= depth) books.end = 'depth'
    else if (maxStates !== undefined && this.visited.size >= maxStates) books.end = 'maxStates'
    else if (maxMemory !== undefined && this.expanded % 1024 === 0 && this.progress().bytes >= maxMemory) {
      books.end = 'maxMemory'
    }
  }

  /** Walks the model along the fingerprints of the states from which `number` was reached. */
  private pathTo(number: number): Path<State, Action> {
    const chain: number[] = []
    for (let at = number; at >= 0; at = this.parents.parentOf(at)) chain.unshift(at)
    const all = this.books.allOwed
    const position = this.model.initialStates().findIndex((state) => this.is(state, all, chain[0]!))
    assert(position >= 0, 'a path starts at an initial state')
    const initial = this.model.initialStates()[position] as State
    const steps: { action: Action; state: State }[] = []
    let state = initial
    let owed = this.books.stillOwed(initial, all)
    for (const wanted of chain.slice(1)) {
      const step = this.stepTo(state, owed, wanted)
      steps.push(step)
      state = step.state
      owed = this.books.stillOwed(state, owed)
    }
    return { initial, steps }
  }

  private stepTo(from: State, owed: number, wanted: number): { action: Action; state: State } {
    for (const action of this.model.actions(from)) {
      const state = this.model.next(from, action)
      if (state !== undefined && this.is(state, owed, wanted)) return { action, state }
    }
    assert(false, 'a model gives the same states again when a path is walked again')
  }

  private is(state: State, owedBefore: number, wanted: number): boolean {
    const { high, low } = this.books.identify(state, this.books.stillOwed(state, owedBefore))
    return this.visited.highAt(wanted) === high && this.visited.lowAt(wanted) === low
  }
}
