import type {
  ExploreVerdict,
  ModelReport,
  Path,
  PropertyReport,
  SearchEnd,
  SearchProgress,
} from '../model/model-report.ts'
import { collisionRisk } from '../model/model-report.ts'
import type { Property, StateModel } from '../model/state-model.ts'
import { Fingerprint } from '../store/fingerprint.ts'
import type { SearchOptions } from './search-options.ts'

/** What has been found out about one property. */
interface Finding<State, Action> {
  readonly message: string | undefined
  readonly path: Path<State, Action>
}

/** What searches of either order have in common: fingerprints, properties, verdicts. */
export class Books<State, Action> {
  generated = 0
  end: SearchEnd = 'under way'
  readonly model: StateModel<State, Action>
  readonly options: SearchOptions
  private readonly fingerprint = new Fingerprint()
  private readonly findings: (Finding<State, Action> | undefined)[]
  private readonly immediate: number[] = []
  private readonly eventual: number[] = []

  constructor(model: StateModel<State, Action>, options: SearchOptions) {
    this.model = model
    this.options = options
    this.findings = model.properties.map(() => undefined)
    model.properties.forEach(({ kind }, i) =>
      (kind === 'eventually' ? this.eventual : this.immediate).push(i),
    )
  }

  /**
   * The fingerprint of a state, by its representative if symmetry is to be used. What is still owed on the path to it
   * is part of it: a state is not the same for an `eventually` property when it was reached on another path.
   */
  identify(state: State, owed: number): Fingerprint {
    const { model, options, fingerprint } = this
    const shown = options.symmetry === true ? (model.representative?.(state) ?? state) : state
    fingerprint.begin()
    model.encode(shown, fingerprint)
    if (this.eventual.length > 0) fingerprint.word(owed)
    return fingerprint.end()
  }

  /** The `eventually` properties that a path owes at its start, as bits. */
  get allOwed(): number {
    return (1 << this.eventual.length) - 1
  }

  /** What a path still owes once it has come to `state`. */
  stillOwed(state: State, owed: number): number {
    let left = owed
    for (let bit = 0; left !== 0 && bit < this.eventual.length; bit++) {
      if ((left & (1 << bit)) !== 0 && this.property(this.eventual[bit]!).holds(state)) left &= ~(1 << bit)
    }
    return left
  }

  /** Looks at a state found for the first time. False: the search ends here. */
  judge(state: State, path: () => Path<State, Action>): boolean {
    for (const i of this.immediate) {
      if (this.findings[i] !== undefined) continue
      const property = this.property(i)
      if (property.holds(state) !== (property.kind === 'sometimes')) continue
      if (!this.note(i, property.kind === 'always' ? property.explain?.(state) : undefined, path))
        return false
    }
    return true
  }

  /** Looks at a state from which nothing leads on. False: the search ends here. */
  judgeEnd(owed: number, path: () => Path<State, Action>): boolean {
    for (let bit = 0; bit < this.eventual.length; bit++) {
      const i = this.eventual[bit]!
      if ((owed & (1 << bit)) === 0 || this.findings[i] !== undefined) continue
      if (!this.note(i, 'a path ends without it', path)) return false
    }
    return true
  }

  report(progress: SearchProgress, stateBytes: number, peakWaitingBytes: number): ModelReport<State, Action> {
    const properties = this.model.properties.map((property, i) => this.reportOf(property, this.findings[i]))
    const verdicts = new Set<ExploreVerdict>(properties.map(({ verdict }) => verdict))
    if (properties.length === 0 && this.end !== 'exhausted') verdicts.add('unknown')
    const verdict = verdicts.has('violated') ? 'violated' : verdicts.has('unknown') ? 'unknown' : 'holds'
    return {
      ...progress,
      verdict,
      end: this.end,
      properties,
      bytesPerState: progress.distinct === 0 ? 0 : stateBytes / progress.distinct,
      peakWaitingBytes,
      collisionRisk: collisionRisk(progress.distinct),
    }
  }

  private note(i: number, message: string | undefined, path: () => Path<State, Action>): boolean {
    this.findings[i] = { message, path: path() }
    if (this.property(i).kind === 'sometimes' || this.options.keepGoing === true) return true
    this.end = 'violation'
    return false
  }

  private property(i: number): Property<State> {
    return this.model.properties[i]!
  }

  private reportOf(
    { name, kind }: Property<State>,
    finding: Finding<State, Action> | undefined,
  ): PropertyReport<State, Action> {
    const foundVerdict = kind === 'sometimes' ? 'holds' : 'violated'
    const missingVerdict = kind === 'sometimes' ? 'violated' : 'holds'
    const verdict =
      finding !== undefined ? foundVerdict : this.end === 'exhausted' ? missingVerdict : 'unknown'
    return { name, kind, verdict, message: finding?.message, path: finding?.path }
  }
}
