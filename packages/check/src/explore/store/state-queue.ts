import { assert } from '@quorate/core'
import type { StatePacking } from '../model/state-model.ts'

/** States that wait to be expanded, first in first out. `mark` is a small integer that travels with each. */
export interface StateQueue<State> {
  readonly length: number
  /** Memory held, in bytes, as far as it is known: packed states only. */
  readonly bytes: number
  /** The mark of the state that `shift` gave last. */
  readonly mark: number
  push(state: State, mark: number): void
  /** Takes the state that has waited longest. There must be one. */
  shift(): State
}

/** A queue that packs states if their model says how. */
export function createStateQueue<State>(packing: StatePacking<State> | undefined): StateQueue<State> {
  return packing === undefined ? new ObjectQueue() : new PackedQueue(packing)
}

/** Integers a chunk. Chunks are dropped as soon as they have been read. */
const chunkSize = 1 << 14

class PackedQueue<State> implements StateQueue<State> {
  length = 0
  mark = 0
  private readonly packing: StatePacking<State>
  private chunks: Int32Array[] = []
  private held = 0
  private readChunk = 0
  private readAt = 0
  private writeAt = chunkSize
  private scratch: number[] = []
  private readonly put = (word: number): void => {
    this.scratch.push(word)
  }

  constructor(packing: StatePacking<State>) {
    this.packing = packing
  }

  get bytes(): number {
    return 4 * this.held
  }

  push(state: State, mark: number): void {
    this.scratch.length = 0
    this.packing.pack(state, this.put)
    const size = this.scratch.length
    if (this.chunks.length === 0 || this.writeAt + size + 2 > this.chunks.at(-1)!.length)
      this.addChunk(size + 2)
    const chunk = this.chunks.at(-1)!
    chunk[this.writeAt] = size + 1
    chunk[this.writeAt + 1] = mark
    for (let i = 0; i < size; i++) chunk[this.writeAt + 2 + i] = this.scratch[i]!
    this.writeAt += size + 2
    this.length += 1
  }

  shift(): State {
    assert(this.length > 0, 'a queue that is read from has something in it')
    let chunk = this.chunks[this.readChunk]!
    // A size of 0 is the unused end of a chunk.
    if (this.readAt >= chunk.length || chunk[this.readAt] === 0) chunk = this.nextChunk()
    const size = chunk[this.readAt]! - 1
    this.mark = chunk[this.readAt + 1]!
    const start = this.readAt + 2
    this.readAt = start + size
    this.length -= 1
    return this.packing.unpack(chunk.subarray(start, start + size))
  }

  private addChunk(least: number): void {
    const chunk = new Int32Array(Math.max(chunkSize, least))
    this.chunks.push(chunk)
    this.held += chunk.length
    this.writeAt = 0
  }

  private nextChunk(): Int32Array {
    this.held -= this.chunks[this.readChunk]!.length
    this.chunks[this.readChunk] = new Int32Array(0)
    this.readChunk += 1
    this.readAt = 0
    if (this.readChunk >= 1024) {
      this.chunks = this.chunks.slice(this.readChunk)
      this.readChunk = 0
    }
    return this.chunks[this.readChunk]!
  }
}

class ObjectQueue<State> implements StateQueue<State> {
  mark = 0
  readonly bytes = 0
  private states: (State | undefined)[] = []
  private marks: number[] = []
  private head = 0

  get length(): number {
    return this.states.length - this.head
  }

  push(state: State, mark: number): void {
    this.states.push(state)
    this.marks.push(mark)
  }

  shift(): State {
    assert(this.length > 0, 'a queue that is read from has something in it')
    const state = this.states[this.head] as State
    this.mark = this.marks[this.head]!
    this.states[this.head] = undefined
    this.head += 1
    if (this.head >= 4096 && 2 * this.head > this.states.length) this.compact()
    return state
  }

  private compact(): void {
    this.states = this.states.slice(this.head)
    this.marks = this.marks.slice(this.head)
    this.head = 0
  }
}
