import { assert } from '../../assert.ts'

/** Maximise `objective · x`, where `rows · x ≤ limits`, `x ≥ 0` and no limit is negative. */
export interface LinearProgram {
  readonly objective: readonly number[]
  readonly rows: readonly (readonly number[])[]
  readonly limits: readonly number[]
}

export interface LinearSolution {
  readonly value: number
  /** The `x` of that value. */
  readonly solution: readonly number[]
  /** What one more of each row's limit would add: the solution of the dual, `y · rows ≥ objective`, `y · limits` least. */
  readonly duals: readonly number[]
}

/** Less than this is nothing. Coefficients are expected to be near 1. */
const nothing = 1e-9
/** Far more than any program of this package takes: rounding has gone wrong. */
const mostPivots = 100_000

/**
 * Solves a bounded program with Dantzig's simplex method, on a condensed tableau: a row for each basic variable, a column
 * for each other one. Bland's rule (1977) chooses, which never goes in a circle. Exact but for rounding, and made for
 * programs of a few columns.
 */
export function maximize(program: LinearProgram): LinearSolution {
  const tableau = new Tableau(program)
  for (let pivots = 0; pivots < mostPivots; pivots++) {
    const column = tableau.entering()
    if (column < 0) return tableau.solution()
    tableau.pivot(tableau.leaving(column), column)
  }
  assert(false, 'the simplex method ends')
}

class Tableau {
  /** The last row is the objective, negated; the last column the limits. */
  private readonly cells: Float64Array[]
  private readonly height: number
  private readonly width: number
  /** Which variable a row or column stands for: those of the program, then one slack for each row. */
  private readonly rowNames: number[]
  private readonly columnNames: number[]

  constructor({ objective, rows, limits }: LinearProgram) {
    this.height = rows.length
    this.width = objective.length
    this.cells = rows.map((row, i) => Float64Array.of(...row, limits[i]!))
    this.cells.push(Float64Array.of(...objective.map((value) => -value), 0))
    this.columnNames = objective.map((_, i) => i)
    this.rowNames = rows.map((_, i) => this.width + i)
  }

  /** The first variable, by name, that would raise the objective; -1 if none would. */
  entering(): number {
    const objective = this.cells[this.height]!
    let best = -1
    for (let j = 0; j < this.width; j++) {
      if (objective[j]! >= -nothing) continue
      if (best < 0 || this.columnNames[j]! < this.columnNames[best]!) best = j
    }
    return best
  }

  /** The row that limits the entering variable most; of several the first by name. */
  leaving(column: number): number {
    let best = -1
    let least = Infinity
    for (let i = 0; i < this.height; i++) {
      const row = this.cells[i]!
      if (row[column]! <= nothing) continue
      const ratio = row[this.width]! / row[column]!
      const isTie = Math.abs(ratio - least) <= nothing
      if (isTie ? this.rowNames[i]! > this.rowNames[best]! : ratio > least) continue
      best = i
      least = isTie ? Math.min(ratio, least) : ratio
    }
    assert(best >= 0, 'the linear program is bounded', { column })
    return best
  }

  /** Exchanges the variables of a row and a column. */
  pivot(row: number, column: number): void {
    const pivotRow = this.cells[row]!
    const pivot = pivotRow[column]!
    for (let j = 0; j <= this.width; j++) if (j !== column) pivotRow[j]! /= pivot
    for (let i = 0; i <= this.height; i++) {
      const other = this.cells[i]!
      const factor = other[column]!
      if (i === row || factor === 0) continue
      for (let j = 0; j <= this.width; j++) if (j !== column) other[j]! -= factor * pivotRow[j]!
      other[column] = -factor / pivot
    }
    pivotRow[column] = 1 / pivot
    const name = this.rowNames[row]!
    this.rowNames[row] = this.columnNames[column]!
    this.columnNames[column] = name
  }

  solution(): LinearSolution {
    const objective = this.cells[this.height]!
    const duals = Array.from({ length: this.height }, () => 0)
    this.columnNames.forEach((name, j) => {
      if (name >= this.width) duals[name - this.width] = Math.max(0, objective[j]!)
    })
    const solution = Array.from({ length: this.width }, () => 0)
    this.rowNames.forEach((name, i) => {
      if (name < this.width) solution[name] = this.cells[i]![this.width]!
    })
    return { value: objective[this.width]!, solution, duals }
  }
}
