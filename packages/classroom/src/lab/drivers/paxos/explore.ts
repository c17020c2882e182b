import { startSearch } from '@quorate/check'
import type { Exploration } from '../../driver.ts'
import { Cluster, type PaxosStep, type Setting } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { PaxosModel, type PaxosScope } from './paxos-model.ts'

const invariants = [
  'agreement',
  'validity',
  'integrity',
  'promise-kept',
  'honest-report',
  'value-rule',
  'unique-ballots',
  'durability',
  'handlers',
]

const maxStates = 150_000

const common = { acceptors: 3, crashes: 1, crashing: 'all' } as const

/** What is searched: all that two proposers can do to one another, and all that one can hear. */
const scopes: readonly PaxosScope[] = [
  { ...common, proposers: 2, requests: 2, requestsEach: 1, crashing: 'acceptors', acceptancesArrive: false },
  { ...common, proposers: 1, requests: 2, requestsEach: 2, acceptancesArrive: false },
  { ...common, proposers: 1, requests: 1, requestsEach: 1, acceptancesArrive: true },
]

/** Looks at every state within each scope, or until the budget of states is met. */
export function explore(code: Implementation): readonly Exploration[] {
  return scopes.map((scope) => search(code, scope))
}

function search(code: Implementation, scope: PaxosScope): Exploration {
  const model = new PaxosModel(code, scope, invariants)
  const searching = startSearch(model, { maxStates, keepGoing: true })
  while (searching.advance(1000));
  const report = searching.report()
  const { proposers, acceptors } = scope
  const paths = report.properties.flatMap(({ path }) => (path === undefined ? [] : [path]))
  return {
    scope: inWords(scope),
    isComplete: report.end === 'exhausted',
    states: report.distinct,
    reached: model.table.reached,
    // Disagreement is what other breaches lead to.
    unjudged: paths.length === 0 ? [] : ['agreement'],
    episodes: paths.map(({ steps }) => {
      const taken = steps.map(({ action }) => model.stepOf(action))
      return play(code, { proposers, acceptors }, taken).episode()
    }),
  }
}

function play(code: Implementation, setting: Setting, steps: readonly PaxosStep[]): Cluster {
  const cluster = new Cluster(code, setting)
  for (const step of steps) cluster.apply(step)
  return cluster
}

function inWords({ proposers, acceptors, requests, crashing, acceptancesArrive }: PaxosScope): string {
  const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
  const parts = [
    counted(proposers, 'proposer'),
    counted(acceptors, 'acceptor'),
    counted(requests, 'request'),
    `1 crash of ${crashing === 'all' ? 'a node' : 'an acceptor'} at any moment or write`,
    'messages late, lost, repeated, out of order',
  ]
  return [...parts, ...(acceptancesArrive ? [] : ['acceptances seen, not delivered'])].join(', ')
}
