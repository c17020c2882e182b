import type { Episode } from '../../driver.ts'
import { Cluster, type Setting } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { type Envelope, type NodeName, compareBallots, showBallot } from './wire.ts'

/** What is wrong after a scripted run; undefined: nothing. */
type Script = (cluster: Cluster) => string | undefined

type Arrives = (envelope: Envelope) => boolean

const mostDeliveries = 500

function decides(cluster: Cluster): string | undefined {
  ask(cluster, 1, 'A')
  deliverAll(cluster)
  return expectDecided(cluster, 1, 'A')
}

function needsMajority(cluster: Cluster): string | undefined {
  ask(cluster, 1, 'A')
  deliverAll(cluster, ({ from, to }) => from === 'acceptor 1' || to === 'acceptor 1')
  if (!wasSent(cluster, 'promise', 'acceptor 1')) return 'acceptor 1 was asked first, and has not promised'
  if (wasSent(cluster, 'accept', 'proposer 1')) return 'one promise of three was enough for an accept request'
  return cluster.decided.length > 0 ? 'one acceptor of three was enough to decide' : undefined
}

function refusesLower(cluster: Cluster): string | undefined {
  ask(cluster, 1, 'A')
  ask(cluster, 2, 'B')
  const prepares = cluster.sent.filter(({ message }) => message.type === 'prepare')
  const ballots = prepares.map(({ message }) => message.ballot).sort(compareBallots)
  const isFirst = ({ message }: Envelope): boolean => {
    return message.type === 'prepare' && compareBallots(message.ballot, ballots.at(-1)!) === 0
  }
  deliverAll(cluster, isFirst)
  if (!wasSent(cluster, 'promise', 'acceptor 1'))
    return 'acceptor 1 was asked for a promise first, and has not given it'
  const before = cluster.sent.length
  deliverAll(cluster, (envelope) => envelope.message.type === 'prepare' && !isFirst(envelope))
  const late = cluster.sent.slice(before).find(({ message }) => message.type === 'promise')
  return late === undefined
    ? undefined
    : `${late.from} has promised a higher ballot, and promises ${showBallot(late.message.ballot)} too`
}

function adopts(cluster: Cluster): string | undefined {
  ask(cluster, 1, 'A')
  deliverAll(cluster, ({ to, message }) => message.type !== 'accept' || to !== 'acceptor 3')
  return expectDecided(cluster, 1, 'A') ?? secondDecides(cluster, 'A')
}

function survivesCrashes(cluster: Cluster): string | undefined {
  ask(cluster, 1, 'A')
  deliverAll(cluster)
  const problem = expectDecided(cluster, 1, 'A')
  if (problem !== undefined) return problem
  for (const id of [1, 2, 3]) cluster.apply({ do: 'crash', node: `acceptor ${id}` })
  return secondDecides(cluster, 'A')
}

const scripts: Readonly<Record<string, Script>> = {
  decides,
  'needs-a-majority': needsMajority,
  'refuses-lower': refusesLower,
  adopts,
  'survives-crashes': survivesCrashes,
}

type Basic = (code: Implementation) => { problem?: string; episode: Episode }

const setting: Setting = { proposers: 2, acceptors: 3 }

/** Scripted runs, by name. */
export const basics: Readonly<Record<string, Basic>> = Object.fromEntries(
  Object.entries(scripts).map(([name, script]) => {
    const run: Basic = (code) => {
      const cluster = new Cluster(code, setting)
      const wrong = script(cluster)
      const fault = cluster.breaches.find(({ invariant }) => invariant === 'handlers')?.message
      const problem = wrong !== undefined && fault !== undefined ? `${wrong}: ${fault}` : (wrong ?? fault)
      const episode = cluster.episode()
      return problem === undefined ? { episode } : { problem, episode }
    }
    return [name, run]
  }),
)

function ask(cluster: Cluster, proposer: number, value: string): void {
  cluster.apply({ do: 'propose', node: `proposer ${proposer}`, value })
}

/** Delivers what was sent and may arrive, oldest first, and what comes of it. */
function deliverAll(cluster: Cluster, arrives: Arrives = () => true, from = 0): void {
  for (let i = from, left = mostDeliveries; i < cluster.sent.length && left > 0; i++, left--) {
    const envelope = cluster.sent[i]!
    if (arrives(envelope)) cluster.apply({ do: 'deliver', ...envelope })
  }
}

/** Proposer 2 is asked until it decides: its first numbers may be too low. */
function secondDecides(cluster: Cluster, expected: string): string | undefined {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const from = cluster.sent.length
    ask(cluster, 2, `B${attempt}`)
    deliverAll(cluster, () => true, from)
    if (cluster.decided.some(({ node }) => node === 'proposer 2')) break
  }
  return expectDecided(cluster, 2, expected)
}

function expectDecided({ decided }: Cluster, proposer: number, value: string): string | undefined {
  const node: NodeName = `proposer ${proposer}`
  const decision = decided.find((it) => it.node === node)
  if (decision === undefined) return `all messages have arrived, and ${node} has not decided`
  return decision.value === value
    ? undefined
    : `${node} decides "${decision.value}"; "${value}" was chosen before`
}

function wasSent({ sent }: Cluster, type: string, from: NodeName): boolean {
  return sent.some((envelope) => envelope.from === from && envelope.message.type === type)
}
