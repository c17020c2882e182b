import { Random } from '@quorate/sim'
import { Cluster, type PaxosStep, nodesOf, valueOf } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { crashPoints } from './turn.ts'
import { type Envelope, type NodeName, majorityOf } from './wire.ts'

const mostSteps = 150

/** How rough a run is; probabilities for each message, or each step. */
interface Weather {
  readonly loss: number
  /** Of accept requests besides: so that a ballot is accepted by a few only, and the next one has to look. */
  readonly acceptLoss: number
  /** To be late: to arrive when nothing else is under way. */
  readonly late: number
  readonly duplication: number
  readonly crash: number
  /** Of a crash in the midst of a reaction that writes to the disk. */
  readonly crashInside: number
  /** That a client asks, though messages are under way. */
  readonly ask: number
}

/** A run with loss, duplication, reordering, and crashes before and after each write: all of it from the seed. */
export function randomRun(code: Implementation, seed: number): Cluster {
  const random = new Random(seed)
  const setting = { proposers: random.integer(2, 3), acceptors: random.chance(0.2) ? 5 : 3 }
  const weather: Weather = {
    loss: random.pick([0, 0.05, 0.2]),
    acceptLoss: random.pick([0, 0.3, 0.6]),
    late: random.pick([0, 0.1, 0.3]),
    duplication: random.pick([0, 0.1, 0.4]),
    crash: random.pick([0, 0.02, 0.06]),
    crashInside: random.pick([0, 0.05, 0.15]),
    ask: random.pick([0.02, 0.05, 0.15]),
  }
  const cluster = new Cluster(code, setting)
  if (random.chance(0.5)) rough(cluster, random, weather, random.integer(2, 8))
  else rounds(cluster, random, weather)
  return cluster
}

/** A rough start for a run that is to end well. */
export function roughStart(code: Implementation, random: Random): Cluster {
  const cluster = new Cluster(code, { proposers: 2, acceptors: 3 })
  const weather = {
    loss: 0.2,
    acceptLoss: 0,
    late: 0,
    duplication: 0.1,
    crash: 0.03,
    crashInside: 0.05,
    ask: 0.1,
  }
  rough(cluster, random, weather, 4)
  return cluster
}

function rough(cluster: Cluster, random: Random, weather: Weather, requests: number): void {
  const flight: Envelope[] = []
  const late: Envelope[] = []
  const attempts = new Map<number, number>()
  let left = requests
  for (let i = 0; i < mostSteps; i++) {
    if (late.length > 0 && (random.chance(0.02) || (flight.length === 0 && left === 0))) {
      flight.push(late.splice(random.integer(0, late.length - 1), 1)[0]!)
    }
    const isAsking = left > 0 && (flight.length === 0 || random.chance(weather.ask))
    if (isAsking) left -= 1
    else if (flight.length === 0) return
    const step = isAsking ? ask(cluster, random, attempts) : deliver(flight, random, weather)
    if (step === undefined) continue
    const turn = cluster.apply(withCrash(cluster, step, random, weather))
    for (const envelope of turn?.sent ?? []) (random.chance(weather.late) ? late : flight).push(envelope)
    if (random.chance(weather.crash)) crashSome(cluster, random)
  }
}

/**
 * Attempt after attempt, each of which reaches some majority with its prepare requests and some other acceptors with its
 * accept requests. What is left over arrives late: so that there are old ballots to trip over.
 */
function rounds(cluster: Cluster, random: Random, weather: Weather): void {
  const { acceptors } = cluster.setting
  const attempts = new Map<number, number>()
  const late: Envelope[] = []
  for (let round = random.integer(3, 8); round > 0; round--) {
    const step = ask(cluster, random, attempts)
    const began = cluster.sent.length
    cluster.apply(withCrash(cluster, step, random, weather))
    const first = some(random, acceptors, majorityOf(acceptors))
    const second = some(random, acceptors, random.integer(0, acceptors - 1))
    for (let i = began; i < cluster.sent.length; i++) {
      const envelope = cluster.sent[i]!
      const reached = envelope.message.type.startsWith('accept') ? second : first
      if (!reached.has(envelope.from) && !reached.has(envelope.to)) {
        late.push(envelope)
        continue
      }
      cluster.apply(withCrash(cluster, { do: 'deliver', ...envelope }, random, weather))
      if (random.chance(2 * weather.crash)) crashSome(cluster, random)
    }
    // Those of the round before are likelier to matter than older ones.
    for (let left = random.integer(0, 3); left > 0 && late.length > 0; left--) {
      const place = random.integer(Math.max(0, late.length - 8), late.length - 1)
      cluster.apply({ do: 'deliver', ...late.splice(place, 1)[0]! })
    }
  }
}

function some(random: Random, acceptors: number, count: number): ReadonlySet<NodeName> {
  const all = Array.from({ length: acceptors }, (_, i): NodeName => `acceptor ${i + 1}`)
  return new Set(random.shuffle(all).slice(0, count))
}

function crashSome(cluster: Cluster, random: Random): void {
  cluster.apply({ do: 'crash', node: random.pick<NodeName>(nodesOf(cluster.setting)) })
}

type Handled = Exclude<PaxosStep, { do: 'crash' }>

function ask({ setting }: Cluster, random: Random, attempts: Map<number, number>): Handled {
  const proposer = random.integer(1, setting.proposers)
  const attempt = (attempts.get(proposer) ?? 0) + 1
  attempts.set(proposer, attempt)
  return { do: 'propose', node: `proposer ${proposer}`, value: valueOf(proposer, attempt) }
}

/** Takes any of the messages under way; undefined if it is lost. */
function deliver(flight: Envelope[], random: Random, weather: Weather): Handled | undefined {
  const place = random.integer(0, flight.length - 1)
  const envelope = flight[place]!
  if (!random.chance(weather.duplication)) flight.splice(place, 1)
  const isLost =
    random.chance(weather.loss) || (envelope.message.type === 'accept' && random.chance(weather.acceptLoss))
  return isLost ? undefined : { do: 'deliver', ...envelope }
}

function withCrash(cluster: Cluster, step: Handled, random: Random, { crashInside }: Weather): Handled {
  if (!random.chance(crashInside)) return step
  const points = crashPoints(cluster.effectsOf(step))
  return points.length === 0 ? step : { ...step, crashAfter: random.pick(points) }
}
