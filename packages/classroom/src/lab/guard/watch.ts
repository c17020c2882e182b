import { LabFault } from './lab-fault.ts'

/** Two numbers shared with who watches: how many calls were begun or ended, and the place of the one under way. */
export type WatchCells = Int32Array

/** Calls of a student's code, one at a time, so that whoever shares the cells can tell which one never returns. */
export class Watch {
  private readonly cells: WatchCells
  private readonly forbidden: string[]

  /** `forbidden` is where poisoned globals note that they were used. */
  constructor(cells: WatchCells = new Int32Array(2), forbidden: string[] = []) {
    this.cells = cells
    this.forbidden = forbidden
  }

  /**
   * Calls the student's code at `place`, a number of the driver's list `places`.
   *
   * @throws LabFault if it throws, or uses what it may not use
   */
  call<Result>(place: number, name: string, run: () => Result): Result {
    const outer = this.cells[1]!
    this.mark(place + 1)
    try {
      return run()
    } catch (error) {
      if (this.forbidden.length === 0) throw new LabFault(`${name} throws ${thrown(error)}`)
    } finally {
      this.mark(outer)
      this.refuseForbidden(name)
    }
    throw new LabFault(`${name} has no answer`)
  }

  /** Says that the call under way goes on. */
  beat(): void {
    Atomics.add(this.cells, 0, 1)
  }

  private refuseForbidden(name: string): void {
    const [first] = this.forbidden
    if (first === undefined) return
    this.forbidden.length = 0
    throw new LabFault(`${name} uses ${first}: a state has to follow from what happened, and from that alone`)
  }

  private mark(place: number): void {
    this.cells[1] = place
    Atomics.add(this.cells, 0, 1)
  }
}

/** Files of the grader itself. */
const graders = /\/(?:src|dist)\/lab\//

/** `TypeError: …, at paxos.js:12`: the first place in a file of the student's, if the stack has one. */
export function thrown(error: unknown): string {
  if (error instanceof LabFault) return error.message
  if (!(error instanceof Error)) return String(error)
  const first = `${error.name}: ${error.message}`.split('\n')[0]!
  const frame = (error.stack ?? '')
    .split('\n')
    .filter((line) => !graders.test(line))
    .map((line) => /([\w-]+\.m?js)(?:\?[^:)]*)?:(\d+)(?::\d+)?\)?$/.exec(line.trim()))
    .find((match) => match !== null)
  return frame === undefined ? first : `${first}, at ${frame[1]}:${frame[2]}`
}
