import { LabFault } from '../../guard/lab-fault.ts'
import type { Watch } from '../../guard/watch.ts'
import { Cluster, type HistoryEvent, type PaxosStep, type Seen, seen } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { randomRun } from './random-run.ts'
import { crashPoints } from './turn.ts'
import type { Envelope, NodeName } from './wire.ts'

const mostSteps = 60_000
const mostStepsEach = 1000
const mostSeeds = 1000

/** Fields that a message has to have. */
type Match = Readonly<Record<string, unknown>>

/** Where in a reaction a node crashes. */
interface Crash {
  readonly crash?: 'before persist' | 'after persist'
}

/** What a check of a random run looks at. */
export interface RunView {
  readonly acceptors: number
  readonly history: readonly HistoryEvent[]
  readonly sent: readonly Seen[]
  readonly decided: Cluster['decided']
}

/** What a student's test is handed. Everything that it does is counted, so that a test ends. */
export class Bench {
  /** The last cluster that the test has used. */
  last: Cluster | undefined
  private readonly code: Implementation
  private readonly watch: Watch
  private steps = 0

  constructor(code: Implementation, watch: Watch) {
    this.code = code
    this.watch = watch
  }

  cluster({ proposers = 2, acceptors = 3 }: { proposers?: number; acceptors?: number } = {}): TestCluster {
    if (!(proposers >= 1 && proposers <= 5 && acceptors >= 1 && acceptors <= 7)) {
      throw new Error('a cluster has 1 to 5 proposers and 1 to 7 acceptors')
    }
    const cluster = new Cluster(this.code, { proposers, acceptors })
    this.last = cluster
    return new TestCluster(cluster, () => {
      if (cluster.steps.length >= mostStepsEach) {
        throw new LabFault(`the test takes more than ${mostStepsEach} steps with one cluster`)
      }
      this.count(1)
    })
  }

  /** Fails the test unless `condition` holds. */
  check(condition: unknown, message = 'a check failed'): void {
    if (!condition) throw new Error(message)
  }

  /** Runs with loss, duplication, reordering and crashes; `check` gives what is wrong with one, or nothing. */
  random({ seeds = 100, check }: { seeds?: number; check: (run: RunView) => unknown }): void {
    for (let seed = 1; seed <= Math.min(seeds, mostSeeds); seed++) {
      this.watch.beat()
      const cluster = randomRun(this.code, seed)
      this.count(cluster.steps.length)
      this.last = cluster
      const { setting, history, sent, decided } = cluster
      const problem = check({ acceptors: setting.acceptors, history, sent: sent.map(seen), decided })
      if (typeof problem === 'string') throw new Error(problem)
    }
  }

  private count(steps: number): void {
    this.steps += steps
    if (this.steps > mostSteps) throw new LabFault(`the test takes more than ${mostSteps} steps`)
  }
}

/** A cluster in the hands of a test: messages stay under way until the test delivers or drops them. */
export class TestCluster {
  private readonly cluster: Cluster
  private readonly count: () => void
  private readonly flight: Envelope[] = []

  constructor(cluster: Cluster, count: () => void) {
    this.cluster = cluster
    this.count = count
  }

  get decided(): Cluster['decided'] {
    return [...this.cluster.decided]
  }

  get history(): readonly HistoryEvent[] {
    return [...this.cluster.history]
  }

  propose(proposer: number, value: string, options: Crash = {}): void {
    this.apply({ do: 'propose', node: `proposer ${proposer}`, value }, options)
  }

  crash(node: NodeName): void {
    this.count()
    if (this.cluster.apply({ do: 'crash', node }) === undefined) throw new Error(`there is no ${node}`)
  }

  inFlight(match: Match = {}): readonly Seen[] {
    return this.flight.map(seen).filter((message) => matches(message, match))
  }

  sent(match: Match = {}): readonly Seen[] {
    return this.cluster.sent.map(seen).filter((message) => matches(message, match))
  }

  /** The oldest message under way that matches arrives. */
  deliver(match: Match = {}, options: Crash = {}): void {
    const envelope = this.flight.splice(this.find(match), 1)[0]!
    this.apply({ do: 'deliver', ...envelope }, options)
  }

  /** It arrives, and will arrive once more. */
  duplicate(match: Match = {}): void {
    this.apply({ do: 'deliver', ...this.flight[this.find(match)]! }, {})
  }

  drop(match: Match = {}): void {
    this.flight.splice(this.find(match), 1)
  }

  /** Delivers all that matches, oldest first, until nothing that matches is under way. */
  deliverAll(match: Match = {}): void {
    while (this.inFlight(match).length > 0) this.deliver(match)
  }

  private find(match: Match): number {
    const place = this.flight.findIndex((envelope) => matches(seen(envelope), match))
    if (place < 0) throw new Error(`no message under way matches ${JSON.stringify(match)}`)
    return place
  }

  private apply(step: Exclude<PaxosStep, { do: 'crash' }>, { crash }: Crash): void {
    this.count()
    const turn = this.cluster.apply(
      crash === undefined ? step : { ...step, crashAfter: this.crashPlace(step, crash) },
    )
    if (turn === undefined) throw new Error(`that cannot happen: ${JSON.stringify(step)}`)
    this.flight.push(...turn.sent)
  }

  /** Of a reaction that writes nothing: its start or end. */
  private crashPlace(step: Exclude<PaxosStep, { do: 'crash' }>, crash: Crash['crash']): number {
    const effects = this.cluster.effectsOf(step)
    const write = effects.findIndex(({ type }) => type === 'persist')
    const [first = 0] = crashPoints(effects)
    if (crash === 'before persist') return first
    return write < 0 ? effects.length : write + 1
  }
}

function matches(message: Seen, match: Match): boolean {
  const fields = message as Readonly<Record<string, unknown>>
  return Object.entries(match).every(([key, value]) => JSON.stringify(fields[key]) === JSON.stringify(value))
}
