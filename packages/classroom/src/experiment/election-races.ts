import {
  type AnyEngineDefinition,
  type Engine,
  type LogImage,
  type Membership,
  type Message,
  type NodeId,
  type Output,
  majorityOf,
} from '@quorate/core'
import { Random } from '@quorate/sim'

/** What is told of one election. */
export interface Race {
  /** When somebody led, milliseconds after everybody last heard of a leader; undefined: nobody did in time. */
  readonly time: number | undefined
  /** How many terms it took: all but the last were split votes. */
  readonly terms: number
}

/** `voters` of which `live` run; a message takes `latency`, a write nothing. */
export interface RaceSetting {
  readonly definition: AnyEngineDefinition
  readonly voters: number
  readonly live: number
  readonly latency: number
  /** Milliseconds after which it is given up. */
  readonly giveUp: number
}

interface Arrival {
  readonly at: number
  readonly from: NodeId
  readonly to: NodeId
  readonly message: Message
}

const image: LogImage = {
  incarnation: 1,
  hardState: undefined,
  base: undefined,
  entries: [],
  ballots: new Map(),
}

/**
 * Runs elections of a real engine as AvailSim does (Raft thesis, §9.4): from the silence of a leader to the next one, with
 * timers drawn evenly and the same latency on every link. Nothing but what an election needs is simulated, so that many
 * take little time. Of its timers only those called `election` run.
 */
export class ElectionRaces {
  private readonly setting: RaceSetting
  private readonly membership: Membership
  private engines: Engine[] = []
  private timers: number[] = []
  private arrivals: Arrival[] = []
  private now = 0
  private random: Random = new Random(0)

  constructor(setting: RaceSetting) {
    this.setting = setting
    this.membership = majorityOf(Array.from({ length: setting.voters }, (_, i) => i + 1))
  }

  run(seed: number): Race {
    const { live, definition, giveUp } = this.setting
    const { membership } = this
    this.random = new Random(seed)
    this.now = 0
    this.arrivals = []
    this.timers = []
    this.engines = Array.from({ length: live }, (_, i) =>
      definition.create({ self: i + 1, membership, image, snapshot: undefined }),
    )
    for (let i = 0; i < live; i++) this.take(i)
    while (!this.isLed && this.now < giveUp) this.next()
    const terms = Math.max(...this.engines.map((engine) => engine.observe().epoch))
    return { time: this.isLed ? this.now : undefined, terms }
  }

  private get isLed(): boolean {
    return this.engines.some((engine) => engine.observe().role === 'leader')
  }

  /** Whatever is next: links take the same time, so messages arrive in the order in which they were sent. */
  private next(): void {
    let first = 0
    for (let i = 1; i < this.timers.length; i++) if (this.timers[i]! < this.timers[first]!) first = i
    const arrival = this.arrivals[0]
    if (arrival !== undefined && arrival.at <= this.timers[first]!) {
      this.arrivals.shift()
      this.now = arrival.at
      const { from, to, message } = arrival
      return this.step(to - 1, { type: 'receive', from, message })
    }
    this.now = this.timers[first]!
    this.timers[first] = Infinity
    this.step(first, { type: 'timeout', timer: 'election' })
  }

  private step(i: number, input: Parameters<Engine['step']>[0]): void {
    this.engines[i]!.step(input, { wall: 0, monotonic: this.now })
    this.take(i)
  }

  private take(i: number): void {
    const engine = this.engines[i]!
    const { send, persist, sendAfter, timers } = engine.take()
    this.post(i, send)
    for (const { range, name } of timers) {
      if (name !== 'election') continue
      this.timers[i] = range === undefined ? Infinity : this.now + this.random.between(range.min, range.max)
    }
    if (persist === undefined) return
    for (const { envelopes } of sendAfter) this.post(i, envelopes)
    this.step(i, { type: 'persisted', token: persist.token })
  }

  private post(i: number, envelopes: Output['send']): void {
    const { live, latency } = this.setting
    for (const { to, message } of envelopes) {
      if (to <= live) this.arrivals.push({ at: this.now + latency, from: i + 1, to, message })
    }
  }
}
