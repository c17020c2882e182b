import { type Engine, majorityOf, type NodeId, type Output } from '@quorate/core'
import { Random } from '@quorate/sim'
import { raft, type RaftMessage, type RaftOptions } from '../../src/index.ts'

/** What is told of one election. */
export interface Race {
  /** When somebody led, milliseconds after everybody last heard of a leader. */
  readonly time: number
  /** How many terms it took: all but the last were split votes. */
  readonly terms: number
}

/** `voters` of which `live` run; a message takes `latency`, a write nothing. */
export interface RaceSetting {
  readonly voters: number
  readonly live: number
  readonly latency: number
  readonly options: RaftOptions
}

interface Arrival {
  readonly at: number
  readonly from: NodeId
  readonly to: NodeId
  readonly message: RaftMessage
}

const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }

/**
 * Runs elections of the real engine as AvailSim does (Raft thesis, §9.4): from the silence of a leader to the next one,
 * with timers drawn evenly and the same latency on every link. Nothing but what an election needs is simulated, so that
 * many seeds take little time.
 */
export class ElectionRaces {
  private readonly setting: RaceSetting
  private readonly definition: ReturnType<typeof raft>
  private engines: Engine<RaftMessage>[] = []
  private timers: number[] = []
  private arrivals: Arrival[] = []
  private now = 0
  private leads = false
  private draw: (min: number, max: number) => number = () => 0

  constructor(setting: RaceSetting) {
    this.setting = setting
    this.definition = raft(setting.options)
  }

  run(seed: number): Race {
    const random = new Random(seed)
    this.draw = (min, max) => random.between(min, max)
    this.now = 0
    this.leads = false
    this.arrivals = []
    this.timers = []
    const { live, voters } = this.setting
    const membership = majorityOf(Array.from({ length: voters }, (_, i) => i + 1))
    this.engines = Array.from({ length: live }, (_, i) =>
      this.definition.create({ self: i + 1, membership, image, snapshot: undefined }),
    )
    for (let i = 0; i < live; i++) this.take(i)
    while (!this.leads) this.next()
    return { time: this.now, terms: Math.max(...this.engines.map((engine) => engine.observe().epoch)) }
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

  private step(i: number, input: Parameters<Engine<RaftMessage>['step']>[0]): void {
    this.engines[i]!.step(input, { wall: 0, monotonic: this.now })
    this.take(i)
  }

  private take(i: number): void {
    const engine = this.engines[i]!
    const { send, persist, sendAfter, timers, events } = engine.take()
    this.post(i, send)
    for (const { range, name } of timers) {
      if (name !== 'election') continue
      this.timers[i] = range === undefined ? Infinity : this.now + this.draw(range.min, range.max)
    }
    for (const { name } of events) if (name === 'BecomeLeader') this.leads = true
    if (persist === undefined) return
    for (const { envelopes } of sendAfter) this.post(i, envelopes)
    this.step(i, { type: 'persisted', token: persist.token })
  }

  private post(i: number, envelopes: Output<RaftMessage>['send']): void {
    const { live, latency } = this.setting
    for (const { to, message } of envelopes) {
      if (to <= live) this.arrivals.push({ at: this.now + latency, from: i + 1, to, message })
    }
  }
}

/** The chance of a split vote and the mean time to a leader, in units of the spread of timeouts. */
export interface Expectation {
  readonly split: number
  readonly time: number
}

/**
 * The closed form of the Raft thesis, §9.4.1, for timeouts of one to two spreads, writes that take nothing, and silence
 * that begins with a heartbeat: the vote is split if so many servers time out within a latency of the first that the
 * others are no majority.
 */
export function closedForm(voters: number, live: number, latency: number): Expectation {
  const crowd = live - Math.floor(voters / 2) + 1
  let split = 0
  for (let k = crowd - 1; k <= live; k++) {
    split += choose(live, k) * latency ** k * (1 - latency) ** (live - k)
  }
  return { split, time: (1 + 1 / (live + 1) + latency) / (1 - split) + latency }
}

function choose(n: number, k: number): number {
  let ways = 1
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1)
  return ways
}
